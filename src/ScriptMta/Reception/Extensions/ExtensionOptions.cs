using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Reception;

/// <summary>Which hosts are offered which extension (Exim 14.13, …_advertise_hosts). Null = the option is not set: everybody or nobody, as Exim's default is.</summary>
sealed record ExtensionOptions
{
    public static readonly ExtensionOptions Default = new();

    /// <summary>chunking_advertise_hosts; not set = everybody.</summary>
    public RuleList? ChunkingHosts { get; init; }
    /// <summary>dsn_advertise_hosts; not set = nobody.</summary>
    public RuleList? DsnHosts { get; init; }
    /// <summary>smtputf8_advertise_hosts; not set = everybody.</summary>
    public RuleList? SmtpUtf8Hosts { get; init; }
    /// <summary>limits_advertise_hosts; not set = nobody: Exim 4.96 has no LIMITS, later ones offer it to everybody.</summary>
    public RuleList? LimitsHosts { get; init; }
    /// <summary>pipelining_connect_advertise_hosts; not set = nobody. Exim's default is everybody, which lets spammers talk before the banner, too.</summary>
    public RuleList? PipeConnectHosts { get; init; }
    /// <summary>requiretls_advertise_hosts, our own (RFC 8689; Exim has none); not set = nobody: such mail cannot be sent on until the smtp transport does TLS.</summary>
    public RuleList? RequireTlsHosts { get; init; }
    /// <summary>prdr_enable.</summary>
    public bool Prdr { get; init; }

    /// <summary>daemon_lmtp_ports, our own: where the server speaks LMTP (RFC 2033), with an answer for each recipient. Exim has no LMTP server; mailing list managers and other MTAs deliver by it. Empty = nowhere.</summary>
    public string LmtpPorts { get; init; } = "";

    public static ExtensionOptions From(OptionReader main) => new()
    {
        ChunkingHosts = main.List("chunking_advertise_hosts", RuleList.Hosts),
        DsnHosts = main.List("dsn_advertise_hosts", RuleList.Hosts),
        SmtpUtf8Hosts = main.List("smtputf8_advertise_hosts", RuleList.Hosts),
        LimitsHosts = main.List("limits_advertise_hosts", RuleList.Hosts),
        PipeConnectHosts = main.List("pipelining_connect_advertise_hosts", RuleList.Hosts),
        RequireTlsHosts = main.List("requiretls_advertise_hosts", RuleList.Hosts),
        Prdr = main.Bool("prdr_enable", false),
        LmtpPorts = main.Text("daemon_lmtp_ports")?.Text ?? "",
    };
}
