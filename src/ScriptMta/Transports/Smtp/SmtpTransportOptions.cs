using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Transports;

/// <summary>The private options of smtp (Exim chapter 30) with Exim's defaults.</summary>
sealed record SmtpTransportOptions
{
    public Template? Hosts { get; init; }
    public Template? FallbackHosts { get; init; }
    public bool HostsOverride { get; init; }
    public bool HostsRandomize { get; init; }
    public Template? Port { get; init; }
    public Template? Interface { get; init; }
    public Template? HeloData { get; init; }
    public RuleList? AvoidPipelining { get; init; }
    public RuleList? AvoidEsmtp { get; init; }
    /// <summary>Lists of hosts that must not be tried, by option: what they ask for is not built yet.</summary>
    public required IReadOnlyList<(string Option, RuleList? Hosts)> Unmet { get; init; }
    public bool AllowLocalhost { get; init; }
    public bool KeepAlive { get; init; } = true;
    public int HostsMaxTry { get; init; } = 5;
    public int HostsMaxTryHardLimit { get; init; } = 50;
    public int ConnectionMaxMessages { get; init; } = 500;
    /// <summary>Added to SIZE=, for lines that grow on the way; negative = no SIZE=.</summary>
    public long SizeAddition { get; init; } = 1024;
    public TimeSpan ConnectTimeout { get; init; }
    public TimeSpan CommandTimeout { get; init; }
    public TimeSpan DataTimeout { get; init; }
    public TimeSpan FinalTimeout { get; init; }

    public static SmtpTransportOptions From(OptionReader reader)
    {
        var protocol = reader.Text("protocol")?.Text ?? "smtp";
        if (protocol is "lmtp" or "smtps") reader.Error("protocol", $"protocol {protocol} is known but not built yet");
        else if (protocol != "smtp") reader.Error("protocol", $"unknown protocol \"{protocol}\"");
        return new()
        {
            Hosts = TransportOptions.Template(reader, "hosts"), FallbackHosts = TransportOptions.Template(reader, "fallback_hosts"),
            HostsOverride = reader.Bool("hosts_override", false), HostsRandomize = reader.Bool("hosts_randomize", false),
            Port = TransportOptions.Template(reader, "port"), Interface = TransportOptions.Template(reader, "interface"), HeloData = TransportOptions.Template(reader, "helo_data"),
            AvoidPipelining = reader.List("hosts_avoid_pipelining", RuleList.Hosts),
            AvoidEsmtp = reader.List("hosts_avoid_esmtp", RuleList.Hosts),
            Unmet = [.. ((string[])["hosts_require_auth", "hosts_require_dane", "hosts_require_tls", "hosts_try_auth"]).Select(option => (option, reader.List(option, RuleList.Hosts)))],
            AllowLocalhost = reader.Bool("allow_localhost", false), KeepAlive = reader.Bool("keepalive", true),
            HostsMaxTry = (int)reader.Int("hosts_max_try", 5), HostsMaxTryHardLimit = (int)reader.Int("hosts_max_try_hardlimit", 50),
            ConnectionMaxMessages = (int)reader.Int("connection_max_messages", 500), SizeAddition = reader.Int("size_addition", 1024),
            ConnectTimeout = reader.Time("connect_timeout", TimeSpan.FromMinutes(5)), CommandTimeout = reader.Time("command_timeout", TimeSpan.FromMinutes(5)),
            DataTimeout = reader.Time("data_timeout", TimeSpan.FromMinutes(5)), FinalTimeout = reader.Time("final_timeout", TimeSpan.FromMinutes(10)),
        };
    }
}
