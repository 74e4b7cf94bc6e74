namespace ScriptMta.Common;

/// <summary>A clock whose local time is that of a named zone (main option timezone).</summary>
sealed class ZonedClock(TimeProvider clock, TimeZoneInfo zone) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone => zone;
    public override long TimestampFrequency => clock.TimestampFrequency;
    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();
    public override long GetTimestamp() => clock.GetTimestamp();
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => clock.CreateTimer(callback, state, dueTime, period);
}
