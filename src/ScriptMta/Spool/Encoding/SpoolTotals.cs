namespace ScriptMta.Spool;

/// <summary>
/// Messages since the spool was made: accepted = delivered + bounced + removed + lost + queued. Lost is what recovery could not account for (damage); below zero when damage took records of
/// endings, so that messages came back. Each segment begins with the totals up to it: so they outlive the segments that are freed.
/// </summary>
readonly record struct SpoolTotals(long Accepted, long Delivered, long Bounced, long Removed, long Lost)
{
    /// <summary>Room that a record of them takes at most.</summary>
    public const int LargestRecord = 160;

    public long Ended => Delivered + Bounced + Removed;

    public SpoolTotals With(Ending how) => how switch
    {
        Ending.Delivered => this with { Delivered = Delivered + 1 },
        Ending.Bounced => this with { Bounced = Bounced + 1 },
        _ => this with { Removed = Removed + 1 },
    };

    public void Write(PayloadWriter to)
    {
        foreach (var count in (ReadOnlySpan<long>)[Accepted, Delivered, Bounced, Removed, Lost]) to.Fixed(count);
    }

    public static SpoolTotals Read(ref PayloadReader from) => new(from.Fixed(), from.Fixed(), from.Fixed(), from.Fixed(), from.Fixed());
}
