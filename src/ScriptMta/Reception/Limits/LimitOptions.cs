using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Reception;

/// <summary>What protects the machine: load, space, queueing instead of delivering, slowing clients down, and who must prove a name (Exim chapter 14). Loads are in thousandths, -1 = no limit; sizes in bytes.</summary>
sealed record LimitOptions
{
    public static readonly LimitOptions Default = new();

    public int LoadReserve { get; init; } = -1;
    public int QueueOnlyLoad { get; init; } = -1;
    public bool QueueOnlyLoadLatch { get; init; } = true;
    /// <summary>Paths of which any that exists sets queue_only.</summary>
    public IReadOnlyList<string> QueueOnlyFiles { get; init; } = [];
    /// <summary>Paths of which any that exists holds back deliveries to other hosts (smtp/path).</summary>
    public IReadOnlyList<string> QueueSmtpFiles { get; init; } = [];
    /// <summary>queue_only_override.</summary>
    public bool QueueOnlyOverride { get; init; } = true;
    public int AcceptQueue { get; init; }
    /// <summary>0 = no limit. Exim's 10 spares the machine delivery processes; here deliveries are none, and the queue bounds how many run at once.</summary>
    public int AcceptQueuePerConnection { get; init; }

    /// <summary>10M and 100 inodes: room for the logs of the refusals and for an administrator to work.</summary>
    public long CheckSpoolSpace { get; init; } = 10 << 20;
    public long CheckSpoolInodes { get; init; } = 100;
    public long CheckLogSpace { get; init; } = 10 << 20;
    public long CheckLogInodes { get; init; } = 100;
    /// <summary>Whether SIZE= of MAIL counts.</summary>
    public bool CheckDeclaredSize { get; init; } = true;

    public RuleList? RateLimitHosts { get; init; }
    public SlowDown? MailSlowDown { get; init; }
    public SlowDown? RcptSlowDown { get; init; }

    public bool KeepAlive { get; init; } = true;
    public bool NoDelay { get; init; } = true;
    public RuleList? ConnectionNoLog { get; init; }

    /// <summary>Null = every host must say HELO or EHLO before MAIL.</summary>
    public RuleList? RequireHelo { get; init; }
    public RuleList? HeloVerifyHosts { get; init; }
    public RuleList? HeloTryVerifyHosts { get; init; }
    public RuleList? HeloLookupDomains { get; init; }

    public RuleList? IdentHosts { get; init; }
    public int IdentPort { get; init; } = Network.IdentQuery.StandardPort;
    /// <summary>Zero = nobody is asked.</summary>
    public TimeSpan IdentTimeout { get; init; }

    public static LimitOptions From(OptionReader main) => Hosts(main, Space(main, Default with
    {
        LoadReserve = main.FixedPoint("smtp_load_reserve", -1),
        QueueOnlyLoad = main.FixedPoint("queue_only_load", -1),
        QueueOnlyLoadLatch = main.Bool("queue_only_load_latch", true),
        QueueOnlyFiles = Files(main, smtp: false), QueueSmtpFiles = Files(main, smtp: true), QueueOnlyOverride = main.Bool("queue_only_override", true),
        AcceptQueue = (int)main.Int("smtp_accept_queue", 0),
        AcceptQueuePerConnection = (int)main.Int("smtp_accept_queue_per_connection", Default.AcceptQueuePerConnection),
        MailSlowDown = SlowDown.From(main, "smtp_ratelimit_mail"),
        RcptSlowDown = SlowDown.From(main, "smtp_ratelimit_rcpt"),
        KeepAlive = main.Bool("smtp_accept_keepalive", true),
        NoDelay = main.Bool("tcp_nodelay", true),
        IdentTimeout = main.Time("rfc1413_query_timeout", TimeSpan.Zero),
        IdentPort = (int)main.Int("rfc1413_port", Default.IdentPort),
    }));

    static LimitOptions Space(OptionReader main, LimitOptions options) => options with
    {
        CheckSpoolSpace = main.Int("check_spool_space", options.CheckSpoolSpace),
        CheckSpoolInodes = main.Int("check_spool_inodes", options.CheckSpoolInodes),
        CheckLogSpace = main.Int("check_log_space", options.CheckLogSpace),
        CheckLogInodes = main.Int("check_log_inodes", options.CheckLogInodes),
        CheckDeclaredSize = main.Bool("smtp_check_spool_space", true),
    };

    static LimitOptions Hosts(OptionReader main, LimitOptions options) => options with
    {
        RateLimitHosts = main.List("smtp_ratelimit_hosts", RuleList.Hosts),
        ConnectionNoLog = main.List("hosts_connection_nolog", RuleList.Hosts),
        RequireHelo = main.List("hosts_require_helo", RuleList.Hosts),
        HeloVerifyHosts = main.List("helo_verify_hosts", RuleList.Hosts),
        HeloTryVerifyHosts = main.List("helo_try_verify_hosts", RuleList.Hosts),
        HeloLookupDomains = main.List("helo_lookup_domains", RuleList.Domains) ?? RuleList.Domains(new("@ : @[]", main.At)),
        IdentHosts = main.List("rfc1413_hosts", RuleList.Hosts) ?? RuleList.Hosts(new("@[]", main.At)),
    };

    /// <summary>"smtp/a/file" stands for the file /a/file.</summary>
    static List<string> Files(OptionReader main, bool smtp) =>
        main.Text("queue_only_file") is not { } text ? []
        : [.. ListSyntax.Split(text.Text).Select(item => item.Text.TrimSpace()).Where(file => file.Length > 0 && file.StartsWith("smtp", StringComparison.Ordinal) == smtp).Select(file => smtp ? file["smtp".Length..] : file)];
}
