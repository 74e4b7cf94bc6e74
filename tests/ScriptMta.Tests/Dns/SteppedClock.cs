namespace ScriptMta.Tests.Dns;

/// <summary>Tells the time that the test has set; timers run in real time.</summary>
sealed class SteppedClock : TimeProvider
{
    DateTimeOffset _now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    public void Advance(TimeSpan by) => _now += by;
    public override DateTimeOffset GetUtcNow() => _now;
}
