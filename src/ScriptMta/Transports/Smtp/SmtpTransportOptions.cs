using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Smtp;

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
    public required SmtpProtocol Protocol { get; init; }
    public RuleList? AvoidPipelining { get; init; }
    public RuleList? AvoidEsmtp { get; init; }
    /// <summary>Of hosts that this transport names: addresses that DNSSEC does not vouch for are none.</summary>
    public RuleList? DnssecRequire { get; init; }
    public RuleList? TryChunking { get; init; }
    public RuleList? TryPrdr { get; init; }
    public RuleList? SerializeHosts { get; init; }
    public bool AllowLocalhost { get; init; }
    public bool LmtpIgnoreQuota { get; init; }
    public Template? Dscp { get; init; }
    public Template? SenderToName { get; init; }
    public bool NamesSenderAlways { get; init; }
    public Template? Utf8Downconvert { get; init; }
    /// <summary>Bytes of the longest line that may be sent, without its end; 0 = no limit.</summary>
    public int LineLengthLimit { get; init; }
    /// <summary>A message with longer lines is written in quoted-printable rather than given up.</summary>
    public bool ReencodesLongLines { get; init; }
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
        return new()
        {
            Hosts = TransportOptions.Template(reader, "hosts"), FallbackHosts = TransportOptions.Template(reader, "fallback_hosts"),
            HostsOverride = reader.Bool("hosts_override", false), HostsRandomize = reader.Bool("hosts_randomize", false),
            Port = TransportOptions.Template(reader, "port"), Interface = TransportOptions.Template(reader, "interface"), HeloData = TransportOptions.Template(reader, "helo_data"),
            Protocol = ProtocolOf(reader),
            TryChunking = HostsOrAll(reader, "hosts_try_chunking"), TryPrdr = HostsOrAll(reader, "hosts_try_prdr"), SerializeHosts = reader.List("serialize_hosts", RuleList.Hosts),
            LmtpIgnoreQuota = reader.Bool("lmtp_ignore_quota", false), Dscp = TransportOptions.Template(reader, "dscp"),
            SenderToName = TransportOptions.Template(reader, "authenticated_sender"), NamesSenderAlways = reader.Bool("authenticated_sender_force", false),
            Utf8Downconvert = TransportOptions.Template(reader, "utf8_downconvert"), LineLengthLimit = (int)Math.Min(int.MaxValue, reader.Int("message_linelength_limit", 998)), ReencodesLongLines = Reencodes(reader),
            AvoidPipelining = reader.List("hosts_avoid_pipelining", RuleList.Hosts),
            AvoidEsmtp = reader.List("hosts_avoid_esmtp", RuleList.Hosts),
            DnssecRequire = reader.List("dnssec_require_domains", RuleList.Domains),
            AllowLocalhost = reader.Bool("allow_localhost", false), KeepAlive = reader.Bool("keepalive", true),
            HostsMaxTry = (int)reader.Int("hosts_max_try", 5), HostsMaxTryHardLimit = (int)reader.Int("hosts_max_try_hardlimit", 50),
            ConnectionMaxMessages = (int)reader.Int("connection_max_messages", 500), SizeAddition = reader.Int("size_addition", 1024),
            ConnectTimeout = reader.Time("connect_timeout", TimeSpan.FromMinutes(5)), CommandTimeout = reader.Time("command_timeout", TimeSpan.FromMinutes(5)),
            DataTimeout = reader.Time("data_timeout", TimeSpan.FromMinutes(5)), FinalTimeout = reader.Time("final_timeout", TimeSpan.FromMinutes(10)),
        };
    }

    static bool Reencodes(OptionReader reader)
    {
        var action = reader.Text("message_linelength_action")?.Text ?? "bounce";
        if (action is not ("bounce" or "reencode")) reader.Error("message_linelength_action", "must be bounce or reencode");
        return action == "reencode";
    }

    static RuleList HostsOrAll(OptionReader reader, string name) => reader.List(name, RuleList.Hosts) ?? RuleList.Hosts(new("*", reader.At));

    static SmtpProtocol ProtocolOf(OptionReader reader)
    {
        switch (reader.Text("protocol")?.Text ?? "smtp")
        {
            case "smtp": return SmtpProtocol.Smtp;
            case "lmtp": return SmtpProtocol.Lmtp;
            case "smtps": return SmtpProtocol.Smtps;
            case var other: reader.Error("protocol", $"unknown protocol \"{other}\""); return SmtpProtocol.Smtp;
        }
    }

    /// <summary>AUTH= of MAIL (RFC 4954 5), as xtext, when the connection is set up; null = none. The error is why it cannot be told.</summary>
    public (string? Sender, string Error) AuthenticatedSender(ExpansionContext context, SmtpPeer peer)
    {
        var named = SenderToName?.Expand(context) ?? Expanded.Ok(Value.Empty);
        if (!named.IsOk && named.Kind != ExpandedKind.ForcedFail) return (null, $"failed to expand authenticated_sender: {named.Error}");
        var text = named.IsOk && named.Text.Length > 0 ? named.Text : context.Message.AuthenticatedSender;
        return text.Length > 0 && (NamesSenderAlways || peer.Login is not null) ? (Xtext.Encode(text), "") : (null, "");
    }

    /// <summary>utf8_downconvert where it says 1, 0 or -1; otherwise what the message brought.</summary>
    public string DownconvertFor(ExpansionContext context) =>
        Utf8Downconvert?.Expand(context) is { IsOk: true, Text: "1" or "0" or "-1" } own ? own.Text : context.Message.Utf8Downconvert;
}

/// <summary>Smtps is SMTP with TLS on connect.</summary>
enum SmtpProtocol { Smtp, Lmtp, Smtps }
