namespace ScriptMta.Transports;

/// <summary>Why a mailbox could not be written: Errno as the log's "defer (n)" shows it (Exim's negative numbers too), Text in Exim's words without the system's own.</summary>
sealed record MailboxProblem(int Errno, string Text, bool Freeze = false)
{
    public const int Taint = -1, NotRegular = -4, NotDirectory = -5, BadUid = -6, BadMode = -7, InodeChanged = -8, LockFailed = -9, MtaQuota = -22, BadPath = -32, MustExist = -33;

    const int NoSpace = 28, QuotaExceeded = 122;

    /// <summary>How long nobody has read the mailbox that is full.</summary>
    public TimeSpan Unread { get; init; }

    /// <summary>The retry-rule name: a full disk counts as a full mailbox (Exim 32.5).</summary>
    public string RetryError => Errno is not (NoSpace or QuotaExceeded or MtaQuota) ? Outcomes.Local : Unread > TimeSpan.Zero ? "quota_" + Language.OptionValues.FormatTime(Unread) : "quota";

    public static MailboxProblem From(IOException error, string doing) => new(error.HResult, doing);

    public IReadOnlyList<DeliveryOutcome> Outcome(TransportJob job) => Outcomes.Deferred(job, Text, Errno, RetryError, Freeze);
}

/// <summary>Carries a <see cref="MailboxProblem"/> out of the middle of a file operation; never leaves the transport.</summary>
sealed class MailboxException(MailboxProblem problem) : IOException(problem.Text)
{
    public MailboxProblem Problem { get; } = problem;
}
