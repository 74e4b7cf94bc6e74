namespace ScriptMta.Common;

/// <summary>The point in time at which a wait ends, whatever it is made of.</summary>
readonly struct Deadline(TimeProvider clock, TimeSpan limit)
{
    readonly long _start = clock.GetTimestamp();

    /// <summary>Never negative.</summary>
    public TimeSpan Remaining => limit - clock.GetElapsedTime(_start) is var left && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>As poll(2) takes it: rounded up, so that what is left never becomes none.</summary>
    public int Milliseconds => (int)Math.Min(int.MaxValue, Math.Ceiling(Remaining.TotalMilliseconds));
}
