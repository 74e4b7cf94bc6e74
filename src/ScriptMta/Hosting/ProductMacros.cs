using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Lookups;

namespace ScriptMta.Hosting;

/// <summary>
/// All predefined macros (Exim chapter 6.9): each follows from a row of the table that knows whether the thing is built, so that none can lie. Made when
/// a configuration first has a word like one.
/// </summary>
static class ProductMacros
{
    static readonly Lazy<Dictionary<string, string>> Made = new(() => Names().Distinct().ToDictionary(name => name, _ => BuiltInMacros.Value, StringComparer.Ordinal));

    public static Dictionary<string, string> All => Made.Value;

    /// <summary>Exim's features, each with what shows that it is there.</summary>
    static readonly (string Name, Func<bool> IsBuilt)[] Features =
    [
        ("CONTENT_SCANNING", () => Acl("malware")),
        ("CRYPTEQ", () => Condition("crypteq")),
        ("DANE", () => Smtp("hosts_try_dane")),
        ("DKIM", () => Acl("dkim_status") && Smtp("dkim_domain")),
        ("DLFUNC", () => Item("dlfunc")),
        ("DMARC", () => Acl("dmarc_status")),
        ("DNSSEC", () => IsBuilt(RouterOptionTables.Tables.Generic, "dnssec_require_domains")),
        ("DSN_INFO", () => MainOption("dsn_advertise_hosts")),
        ("ESMTP_LIMITS", () => MainOption("limits_advertise_hosts")),
        ("EVENT", () => MainOption("event_action")),
        ("GNUTLS", () => MainOption("gnutls_compat_mode")),
        ("I18N", () => MainOption("smtputf8_advertise_hosts")),
        ("ICONV", () => MainOption("headers_charset")),
        ("IPV6", () => MainOption("disable_ipv6")),
        ("MOVE_FROZEN_MESSAGES", () => MainOption("move_frozen_messages")),
        ("NATIVE_SRS", () => Item("srs_encode") && Condition("inbound_srs")),
        ("OCSP", () => MainOption("tls_ocsp_file")),
        ("OPENSSL", () => MainOption("openssl_options")),
        ("PAM", () => Condition("pam")),
        ("PERL", () => Item("perl") && MainOption("perl_startup")),
        ("PIPE_CONNECT", () => MainOption("pipelining_connect_advertise_hosts")),
        ("PRDR", () => MainOption("prdr_enable")),
        ("PROXY", () => MainOption("hosts_proxy")),
        ("QUEUE_RAMP", () => MainOption("queue_fast_ramp")),
        ("RADIUS", () => Condition("radius")),
        ("SOCKS", () => Smtp("socks_proxy")),
        ("SPF", () => Acl("spf")),
        ("SRS", () => Item("srs_encode") && Condition("inbound_srs")),
        ("TCP_FASTOPEN", () => Smtp("hosts_try_fastopen")),
        ("TLS", () => MainOption("tls_advertise_hosts") && Smtp("hosts_require_tls")),
        ("TLS_ALPN", () => MainOption("tls_alpn") && Smtp("tls_alpn")),
        ("TLS_OCSP", () => MainOption("tls_ocsp_file")),
        ("TLS_RESUME", () => MainOption("tls_resumption_hosts") && Smtp("tls_resumption_hosts")),
        ("TRANSLATE_IP_ADDRESS", () => IsBuilt(RouterOptionTables.Tables.Generic, "translate_ip_address")),
        ("TRANSPORT_APPEND_MAILDIR", () => Transport("appendfile", "maildir_format")),
        ("TRANSPORT_APPEND_MAILSTORE", () => Transport("appendfile", "mailstore_format")),
        ("TRANSPORT_APPEND_MBX", () => Transport("appendfile", "mbx_format")),
        // Ours: true in every ScriptMta, so that one file can serve it and Exim.
        ("JS", () => Item("js")),
        ("SCRIPTMTA", () => true),
    ];

    static IEnumerable<string> Names() =>
    [
        .. BuiltInMacros.Names(),
        .. Features.Where(f => f.IsBuilt()).Select(f => $"_HAVE_{f.Name}"),
        .. Upper("_HAVE_LOOKUP_", LookupTypes.All(ConfigurationLoader.LaterLookups()).Values.Where(l => l.Refusal is null).Select(l => l.Type)),
        .. Upper("_ACL_COND_", AclParts.Names.Where(name => !AclParts.Find(name)!.IsModifier && Acl(name))),
        .. Upper("_ACL_MOD_", AclParts.Names.Where(name => AclParts.Find(name)!.IsModifier && Acl(name))),
        .. Upper("_EXP_ITEM_", ItemTable.Names.Where(Item)),
        .. Upper("_EXP_OP_", OperatorTable.Names),
        .. Upper("_EXP_COND_", ConditionTable.Names.Where(name => CharKinds.IsName(name[0]) && Condition(name))),
        .. Upper("_EXP_VAR_", VariableTable.Names.Except(UnbuiltVariables.Rows.Select(r => r.Key))),
        .. Upper("_LOG_", LogSelectors.Known.Append("all")),
    ];

    static IEnumerable<string> Upper(string prefix, IEnumerable<string> names) => names.Select(name => prefix + AsciiCase.Upper(name));

    static bool Acl(string part) => AclParts.Find(part)?.Bind is not null;

    static bool Item(string name) => ItemTable.Find(name) is { IsBuilt: true };

    static bool Condition(string name) => ConditionTable.Find(name) is { IsBuilt: true };

    static bool MainOption(string option) => IsBuilt(MainOptionTable.Table, option);

    static bool Smtp(string option) => Transport("smtp", option);

    static bool Transport(string driver, string option) => IsBuilt(TransportOptionTables.Tables.Find(driver)!, option);

    static bool IsBuilt(OptionTable table, string option) => table.Find(option)!.Status == OptionStatus.Built;
}
