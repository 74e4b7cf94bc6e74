using ScriptMta.Language;

namespace ScriptMta.Lookups;

/// <summary>The main options of the LDAP lookups (Exim chapter 14.6), unexpanded as in Exim.</summary>
sealed record LdapOptions
{
    public static readonly LdapOptions None = new();

    public string? DefaultServers { get; init; }
    /// <summary>Two or three, as the bind tells the server.</summary>
    public int Version { get; init; } = 3;
    /// <summary>TLS over the plain port, before anything else is said.</summary>
    public bool StartTls { get; init; }
    /// <summary>"never" and "allow" take any certificate; all else asks for a good one, as libldap does by default.</summary>
    public string RequireCertificate { get; init; } = "demand";
    public string? AuthorityFile { get; init; }
    public string? AuthorityDirectory { get; init; }
    public string? CertificateFile { get; init; }
    public string? KeyFile { get; init; }

    public static LdapOptions From(OptionReader main) => new()
    {
        DefaultServers = main.Text("ldap_default_servers")?.Text,
        Version = main.Int("ldap_version", -1) == 2 ? 2 : 3,
        StartTls = main.Bool("ldap_start_tls", false),
        RequireCertificate = main.Text("ldap_require_cert")?.Text ?? None.RequireCertificate,
        AuthorityFile = main.Text("ldap_ca_cert_file")?.Text,
        AuthorityDirectory = main.Text("ldap_ca_cert_dir")?.Text,
        CertificateFile = main.Text("ldap_cert_file")?.Text,
        KeyFile = main.Text("ldap_cert_key")?.Text,
    };
}
