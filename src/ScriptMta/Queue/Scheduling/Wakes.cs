namespace ScriptMta.Queue;

/// <summary>Destinations that have something to do at a time: a pause ends, or a rate allows the next delivery. Not thread-safe.</summary>
sealed class Wakes(TimeProvider clock, Action wake) : IDisposable
{
    readonly PriorityQueue<Destination, DateTimeOffset> _places = new();
    ITimer? _timer;

    public void Add(Destination place, DateTimeOffset when)
    {
        if (place.WakesAt <= when && place.WakesAt != default) return;
        place.WakesAt = when;
        _places.Enqueue(place, when);
        Set();
    }

    public List<Destination> TakeDue(DateTimeOffset now)
    {
        var due = new List<Destination>();
        while (_places.TryPeek(out var place, out var when) && when <= now)
        {
            _places.Dequeue();
            if (place.WakesAt != when) continue;
            place.WakesAt = default;
            due.Add(place);
        }
        Set();
        return due;
    }

    void Set()
    {
        if (!_places.TryPeek(out _, out var when)) return;
        _timer ??= clock.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var wait = when - clock.GetUtcNow();
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait > TimeSpan.FromDays(1) ? TimeSpan.FromDays(1) : wait, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer?.Dispose();
}
