namespace ScriptMta.Tests.Transports;

/// <summary>Sat Nov 21 06:04:18 2026 UTC, the moment at which Exim made the files that these tests compare with; timers run in real time.</summary>
sealed class FixedClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 6, 4, 18, TimeSpan.Zero);
    public override DateTimeOffset GetUtcNow() => Now;
    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
}
