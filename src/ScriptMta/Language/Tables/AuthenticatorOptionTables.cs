using static ScriptMta.Language.OptionStatus;
using static ScriptMta.Language.OptionType;

namespace ScriptMta.Language;

/// <summary>Generic authenticator options (Exim chapter 33) and those of each driver (34 to 42). A driver that is not built lists its options without a status.</summary>
static class AuthenticatorOptionTables
{
    public static DriverTables Tables { get; } = new("authenticator",
        new OptionTable("authenticator",
        [
            new("client_condition", Expanded, Harmless),
            new("client_set_id", Expanded, Harmless),
            new("driver", Text),
            new("public_name", Text, Harmless),
            new("server_advertise_condition", Expanded, Harmless),
            new("server_condition", Expanded, Harmless),
            new("server_debug_print", Expanded, Harmless),
            new("server_mail_auth_condition", Expanded, Harmless),
            new("server_set_id", Expanded, Harmless),
        ]),
        new("cram_md5",
        [
            new("client_name", Expanded),
            new("client_secret", Expanded),
            new("server_secret", Expanded),
        ], Harmless),
        new("cyrus_sasl",
        [
            new("server_hostname", Expanded),
            new("server_mech", Text),
            new("server_realm", Expanded),
            new("server_service", Text),
        ], Harmless),
        new("dovecot",
        [
            new("server_socket", Text),
            new("server_tls", Bool),
        ], Harmless),
        new("external",
        [
            new("client_send", Expanded),
            new("server_param2", Expanded),
            new("server_param3", Expanded),
        ], Harmless),
        new("gsasl",
        [
            new("client_authz", Expanded),
            new("client_channelbinding", Bool),
            new("client_password", Expanded),
            new("client_spassword", Expanded),
            new("client_username", Expanded),
            new("server_channelbinding", Bool),
            new("server_hostname", Expanded),
            new("server_key", Expanded),
            new("server_mech", Text),
            new("server_password", Expanded),
            new("server_realm", Expanded),
            new("server_scram_iter", Expanded),
            new("server_scram_salt", Expanded),
            new("server_service", Text),
            new("server_skey", Expanded),
        ], Harmless),
        new("heimdal_gssapi",
        [
            new("server_hostname", Expanded),
            new("server_keytab", Expanded),
            new("server_service", Expanded),
        ], Harmless),
        new("plaintext",
        [
            new("client_ignore_invalid_base64", Bool),
            new("client_send", Expanded),
            new("server_prompts", TextList),
        ], Harmless),
        new("spa",
        [
            new("client_domain", Expanded),
            new("client_password", Expanded),
            new("client_username", Expanded),
            new("server_password", Expanded),
        ], Harmless),
        new("tls",
        [
            new("server_param", Expanded),
            new("server_param1", Expanded),
            new("server_param2", Expanded),
            new("server_param3", Expanded),
        ], Harmless));
}
