namespace ScriptMta.Spool;

/// <summary>How the journal keeps its files. Sizes in bytes.</summary>
sealed record SpoolOptions
{
    /// <summary>A path as the system writes it (not byte text). Created with mode 0700 when missing; its parent must exist.</summary>
    public required string Directory { get; init; }

    /// <summary>
    /// 16 MiB: some thousand messages, so that making a file is rare, and small enough that an idle spool (one segment in use, one in
    /// reserve) takes little disk. A record that is larger gets a segment of its own size.
    /// </summary>
    public int SegmentSize { get; init; } = 16 << 20;

    /// <summary>1 MiB: the most memory that a message in reception takes. A larger body goes to a file of its own, which compaction never copies.</summary>
    public int InlineLimit { get; init; } = 1 << 20;

    /// <summary>4 MiB: one write takes some milliseconds on a slow disk, so nobody's 250 waits long for the mail of others.</summary>
    public int GroupBytes { get; init; } = 4 << 20;

    /// <summary>100 ms: what delivery recorded and a power cut may undo. Repeating that delivery is the price, so it is short.</summary>
    public TimeSpan FlushDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Large bodies are refused (452) below this: 10 MiB, Exim's default for check_spool_space. Outcomes have a whole segment in reserve besides.</summary>
    public long ReserveSpace { get; init; } = 10 << 20;

    /// <summary>64 MiB: dead records kept before live ones are copied to free them, so that a queue that drains quickly copies nothing.</summary>
    public long CompactionSlack { get; init; } = 64 << 20;

    /// <summary>10 s between attempts at background work that failed (a full disk, an I/O error).</summary>
    public TimeSpan UpkeepRetry { get; init; } = TimeSpan.FromSeconds(10);
}
