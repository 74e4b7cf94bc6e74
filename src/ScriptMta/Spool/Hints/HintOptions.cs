namespace ScriptMta.Spool;

/// <summary>How much the hints may take, and when they go to disk. Sizes in bytes.</summary>
sealed record HintOptions
{
    public static readonly HintOptions Default = new();

    /// <summary>The most that keys and values take in memory: 128 MiB are some two million rates, with their index under 200 MB. A stranger chooses keys, so there must be an end: the hints that expire soonest make room.</summary>
    public long MostBytes { get; init; } = 128L << 20;

    /// <summary>1 s: what a killed process may forget. The kernel writes to disk half a minute later, so a power cut may undo that much: a rate is then measured anew, a greylisted sender waits once more.</summary>
    public TimeSpan FlushDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>1 MiB of changes are written at once, before their second is over.</summary>
    public int FlushBytes { get; init; } = 1 << 20;

    /// <summary>8 MiB: the change log grows to twice what is live and this much more before it is written anew.</summary>
    public long CompactionSlack { get; init; } = 8 << 20;

    /// <summary>10 s between attempts at a disk that failed; until then hints live in memory only.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(10);
}
