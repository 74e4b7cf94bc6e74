using ScriptMta.Common;


namespace ScriptMta.Language;

/// <summary>
/// The macros that say what this program can do (Exim chapter 6.9), so that `.ifdef _HAVE_TLS` in a configuration for Exim is true here when,
/// and only when, TLS is built. Options and drivers come from their tables; the rest is a row in Features.
/// </summary>
static class BuiltInMacros
{
    /// <summary>The value that Exim gives to all of these.</summary>
    const string Yes = "y";

    /// <summary>Turn a row to true in the commit that builds the thing.</summary>
    static readonly (string Name, bool Built)[] Features =
    [
        ("_HAVE_CONTENT_SCANNING", false),
        ("_HAVE_CRYPTEQ", true),
        ("_HAVE_DANE", false),
        ("_HAVE_DKIM", false),
        ("_HAVE_DLFUNC", false),
        ("_HAVE_DMARC", false),
        ("_HAVE_DNSSEC", false),
        ("_HAVE_EVENT", false),
        ("_HAVE_GNUTLS", false),
        ("_HAVE_I18N", false),
        ("_HAVE_ICONV", false),
        ("_HAVE_IPV6", true),
        ("_HAVE_LOOKUP_CDB", true),
        ("_HAVE_LOOKUP_DBM", true),
        ("_HAVE_LOOKUP_DNSDB", true),
        ("_HAVE_LOOKUP_DSEARCH", true),
        ("_HAVE_LOOKUP_JSON", true),
        ("_HAVE_LOOKUP_LDAP", true),
        ("_HAVE_LOOKUP_LSEARCH", true),
        ("_HAVE_LOOKUP_MYSQL", true),
        ("_HAVE_LOOKUP_PASSWD", true),
        ("_HAVE_LOOKUP_PGSQL", true),
        ("_HAVE_LOOKUP_PSL", true),
        ("_HAVE_LOOKUP_REDIS", true),
        ("_HAVE_LOOKUP_SQLITE", true),
        ("_HAVE_MOVE_FROZEN_MESSAGES", false),
        ("_HAVE_NATIVE_SRS", false),
        ("_HAVE_OCSP", false),
        ("_HAVE_OPENSSL", false),
        ("_HAVE_PAM", true),
        ("_HAVE_PERL", true),
        ("_HAVE_PIPE_CONNECT", false),
        ("_HAVE_PRDR", false),
        ("_HAVE_PROXY", false),
        ("_HAVE_RADIUS", false),
        ("_HAVE_SOCKS", false),
        ("_HAVE_SPF", false),
        ("_HAVE_SRS", false),
        ("_HAVE_TCP_FASTOPEN", false),
        ("_HAVE_TLS", false),
        ("_HAVE_TLS_ALPN", false),
        ("_HAVE_TLS_OCSP", false),
        ("_HAVE_TLS_RESUME", false),
        ("_HAVE_TRANSPORT_APPEND_MAILDIR", true),
        ("_HAVE_TRANSPORT_APPEND_MAILSTORE", false),
        ("_HAVE_TRANSPORT_APPEND_MBX", false),
        // Ours: true in every ScriptMta, so that one file can serve it and Exim.
        ("_HAVE_JS", true),
        ("_HAVE_SCRIPTMTA", true),
    ];

    /// <summary>The conditions and modifiers of ACLs that are built; those of the `_ACL_` macros.</summary>
    static readonly string[] AclConditions =
        ["acl", "authenticated", "condition", "domains", "encrypted", "hosts", "js", "local_parts", "recipients", "sender_domains", "senders", "verify"];

    static readonly string[] AclModifiers =
        ["add_header", "continue", "control", "delay", "endpass", "log_message", "log_reject_target", "logwrite", "message", "remove_header", "set"];

    public static IReadOnlyDictionary<string, string> All { get; } = Names().ToDictionary(name => name, _ => Yes, StringComparer.Ordinal);

    static IEnumerable<string> Names() =>
    [
        .. Features.Where(f => f.Built).Select(f => f.Name),
        .. AclConditions.Select(name => $"_ACL_COND_{name.UpperAscii()}"),
        .. AclModifiers.Select(name => $"_ACL_MOD_{name.UpperAscii()}"),
        .. OptionsOf("MAIN", MainOptionTable.Table.Rows),
        .. NamesOf(RouterOptionTables.Tables),
        .. NamesOf(TransportOptionTables.Tables),
        .. NamesOf(AuthenticatorOptionTables.Tables),
    ];

    static IEnumerable<string> NamesOf(DriverTables tables)
    {
        var kind = tables.Kind.UpperAscii();
        var built = tables.Drivers.Where(d => d.Status == OptionStatus.Built);
        return
        [
            .. OptionsOf(kind + "S", tables.Generic.Rows),
            .. built.Select(d => $"_DRIVER_{kind}_{d.Name.UpperAscii()}"),
            .. built.SelectMany(d => OptionsOf($"{kind}_{d.Name.UpperAscii()}", d.Options)),
        ];
    }

    static IEnumerable<string> OptionsOf(string owner, IEnumerable<OptionRow> rows) =>
        rows.Where(r => r.Status == OptionStatus.Built).Select(r => $"_OPT_{owner}_{r.Name.UpperAscii()}");
}
