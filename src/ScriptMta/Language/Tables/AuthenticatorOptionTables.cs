using static ScriptMta.Language.OptionStatus;
using static ScriptMta.Language.OptionType;

namespace ScriptMta.Language;

/// <summary>Generic authenticator options (Exim chapter 33) and those of each driver (34 to 42). A driver that is not built lists its options without a status.</summary>
static class AuthenticatorOptionTables
{
    const string ClientOnly = "NTLM is not spoken: its client is left out, as if no server had the mechanism";

    public static DriverTables Tables { get; } = new("authenticator",
        new OptionTable("authenticator",
        [
            new("client_condition", Expanded),
            new("client_set_id", Expanded),
            new("driver", Text),
            new("public_name", Text),
            new("server_advertise_condition", Expanded),
            new("server_condition", Expanded),
            new("server_debug_print", Expanded),
            new("server_mail_auth_condition", Expanded),
            new("server_set_id", Expanded),
        ]),
        new("cram_md5",
        [
            new("client_name", Expanded),
            new("client_secret", Expanded),
            new("server_secret", Expanded),
        ]),
        new("cyrus_sasl",
        [
            new("server_hostname", Expanded),
            new("server_mech", Text),
            new("server_realm", Expanded),
            new("server_service", Text),
        ]),
        new("dovecot",
        [
            new("server_socket", Text),
            new("server_tls", Bool),
        ]),
        new("external",
        [
            new("client_send", Expanded),
            new("server_param2", Expanded),
            new("server_param3", Expanded),
        ]),
        new("gsasl",
        [
            new("client_authz", Expanded),
            new("client_channelbinding", Bool),
            new("client_password", Expanded),
            new("client_spassword", Expanded),
            new("client_username", Expanded),
            new("server_channelbinding", Bool, Harmless, "the -PLUS mechanisms bind, the others do not") { Inert = "false" },
            new("server_hostname", Expanded, Harmless, "no mechanism here needs it"),
            new("server_key", Expanded),
            new("server_mech", Text),
            new("server_password", Expanded),
            new("server_realm", Expanded),
            new("server_scram_iter", Expanded),
            new("server_scram_salt", Expanded),
            new("server_service", Text, Harmless, "no mechanism here needs it"),
            new("server_skey", Expanded),
        ]),
        new("heimdal_gssapi",
        [
            new("server_hostname", Expanded),
            new("server_keytab", Expanded, Harmless, "its driver is not supported"),
            new("server_service", Expanded),
        ]),
        new("plaintext",
        [
            new("client_ignore_invalid_base64", Bool),
            new("client_send", Expanded),
            new("server_prompts", TextList),
        ]),
        new("spa",
        [
            new("client_domain", Expanded, Harmless, ClientOnly),
            new("client_password", Expanded, Harmless, ClientOnly),
            new("client_username", Expanded, Harmless, ClientOnly),
            new("server_password", Expanded),
        ]),
        new("tls",
        [
            new("server_param", Expanded),
            new("server_param1", Expanded),
            new("server_param2", Expanded),
            new("server_param3", Expanded),
        ]));
}
