namespace ScriptMta.Queue;

/// <summary>Events of about the last minute: this minute's, and of the one before as much as still counts.</summary>
struct RecentRate
{
    long _minute;
    int _before, _now;

    public void Count(DateTimeOffset at)
    {
        Turn(at);
        _now++;
    }

    public double PerMinute(DateTimeOffset at)
    {
        Turn(at);
        return _now + _before * (1 - at.UtcTicks % TimeSpan.TicksPerMinute / (double)TimeSpan.TicksPerMinute);
    }

    void Turn(DateTimeOffset at)
    {
        var minute = at.UtcTicks / TimeSpan.TicksPerMinute;
        if (minute == _minute) return;
        (_before, _now) = (minute == _minute + 1 ? _now : 0, 0);
        _minute = minute;
    }
}
