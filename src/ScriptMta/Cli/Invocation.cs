using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>What a sendmail-style command line asks for. Submit is the default, as it is for sendmail.</summary>
enum Mode
{
    Submit, Daemon, DaemonForeground, SmtpOnStdio, BatchSmtp, ListQueue, CountQueue, CheckAliases, Verify, VerifySender, AddressTest, Expand,
    Version, PrintOptions, QueueRun, Message, FilterTest, HostCheck, MalwareTest, RewriteTest, RetryTest, Help,
}

/// <summary>How a submitted message is delivered: the -od options. Usual: none was given; in the background, where no option says otherwise. FirstPass: routed and delivered locally only.</summary>
enum DeliveryMode { Usual, Background, Foreground, QueueOnly, FirstPass }

/// <summary>A parsed sendmail-style command line: filled by the rows of <see cref="SendmailOptions"/>. Text is byte text.</summary>
sealed class Invocation
{
    public Mode Mode { get; set; }
    /// <summary>The last argument that chose the mode: conflicting modes are an error that names both.</summary>
    public string? ModeOption { get; set; }
    public string? ConfigFile { get; set; }
    public List<(string Name, string Value)> Macros { get; } = [];
    public List<string> Arguments { get; } = [];

    public bool ExtractRecipients { get; set; }
    public bool DotIsData { get; set; }
    public string? Sender { get; set; }
    public string? FullName { get; set; }
    public DeliveryMode Delivery { get; set; }
    public string? BodyType { get; set; }
    public string? DsnReturn { get; set; }
    public string? DsnNotify { get; set; }
    public string? DsnEnvelopeId { get; set; }
    public bool NoDelivery { get; set; }
    public bool Verbose { get; set; }
    /// <summary>-oee/-oem/…: where a submission's errors go; "m" mails them, "e" exits non-zero too, "p" prints, "q" is silent.</summary>
    public char ErrorMode { get; set; } = 'p';
    /// <summary>-oMa and its family: facts that a trusted caller sets, by the letters after -oM.</summary>
    public Dictionary<string, string> MessageFacts { get; } = new(StringComparer.Ordinal);
    public string? Protocol { get; set; }
    /// <summary>-ps (true) and -pd: whether Perl starts before it is needed; null = as perl_at_start says.</summary>
    public bool? PerlAtStart { get; set; }

    public TimeSpan? QueueInterval { get; set; }
    /// <summary>Letters and selection of -q, -R and -S: "f" force, "ff" frozen too, "l" local only, "i" first deliveries only, "r" and "s" recipient and sender selection by regular expression.</summary>
    public string QueueFlags { get; set; } = "";
    public string? RecipientSelection { get; set; }
    public string? SenderSelection { get; set; }
    /// <summary>The letters after -bp: u (undelivered only), a, r (unsorted), i (ids only).</summary>
    public string ListFlags { get; set; } = "";
    /// <summary>-M…: the action letters ("" = deliver now, "rm", "f", "t", "ar" …).</summary>
    public string MessageAction { get; set; } = "";
    public string? DaemonPorts { get; set; }
    public string? PidFile { get; set; }
    /// <summary>-tls-on-connect: every port of the daemon begins with TLS.</summary>
    public bool TlsOnConnect { get; set; }
    /// <summary>-bh and -bhc: the address that the session comes from, perhaps with a port.</summary>
    public string? CheckedHost { get; set; }
    /// <summary>-bhc.</summary>
    public bool MakesCallouts { get; set; }
    public string? FilterFile { get; set; }
    /// <summary>-bmalware.</summary>
    public string? ScannedFile { get; set; }
    /// <summary>-bF: the file of -bf is tested as a system filter.</summary>
    public bool FilterIsSystem { get; set; }
    /// <summary>-bfl, -bfd, -bfp, -bfs: local part, domain, prefix and suffix of the recipient, by the last letter.</summary>
    public Dictionary<char, string> FilterRecipient { get; } = [];
    public bool ListAsSendmail { get; set; }

    /// <summary>-bem: the file with the message that -be works with.</summary>
    public string? ExpansionMessage { get; set; }
    /// <summary>-Mset: queued messages that -be works with; null when it was not given.</summary>
    public List<string>? ShownMessages { get; set; }

    /// <summary>-n: -bP prints values without their names.</summary>
    public bool ValuesOnly { get; set; }

    /// <summary>The first error; exit status 64 is the caller's.</summary>
    public string? Error { get; set; }
}
