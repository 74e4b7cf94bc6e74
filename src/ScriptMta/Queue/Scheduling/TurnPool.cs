namespace ScriptMta.Queue;

/// <summary>A limit that several destinations share: max_parallel of a transport, or a line of destination_limits. It belongs to the lock of <see cref="Destinations"/>.</summary>
sealed class TurnPool(int most, int perPeriod = 0, TimeSpan period = default)
{
    /// <summary>A tenth of a period's deliveries may go at once, so that a quiet destination is not made to wait for nothing.</summary>
    const int BurstPart = 10;

    readonly double _burst = Math.Max(1, perPeriod / BurstPart);
    double _tokens = Math.Max(1, perPeriod / BurstPart);
    DateTimeOffset _filledAt;

    /// <summary>At once; 0 = no limit.</summary>
    public int Most { get; set; } = most;
    public int InFlight { get; private set; }
    public bool HasRoom => Most <= 0 || InFlight < Most;

    /// <summary>When the rate allows the next one; a time that has passed: now.</summary>
    public DateTimeOffset NextAt(DateTimeOffset now)
    {
        if (perPeriod <= 0) return now;
        Fill(now);
        return _tokens >= 1 ? now : now + period / perPeriod * (1 - _tokens) + TimeSpan.FromTicks(1);
    }

    public void Begin(DateTimeOffset now)
    {
        InFlight++;
        if (perPeriod <= 0) return;
        Fill(now);
        _tokens--;
    }

    public void End() => InFlight--;

    void Fill(DateTimeOffset now)
    {
        if (_filledAt != default && now > _filledAt) _tokens = Math.Min(_burst, _tokens + (now - _filledAt) / period * perPeriod);
        _filledAt = now;
    }
}
