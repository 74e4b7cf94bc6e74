using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>What the schedule does for destinations; called without their lock.</summary>
/// <param name="Expect">These messages are about to be parked: they are in line from now on.</param>
/// <param name="Call">Parked messages whose turn is near; returns how many of them will not come.</param>
/// <param name="PutOff">Parked messages whose destination has just been found down: not before the time.</param>
sealed record DestinationCalls(Action<IReadOnlyCollection<MessageId>> Expect, Func<IReadOnlyList<ParkedMessage>, Destination, int> Call, Action<IReadOnlyList<ParkedMessage>, Destination, DateTimeOffset> PutOff);

/// <summary>
/// Whose turn it is: each destination has as many deliveries at once as its window allows, all of them together have a bound, and destinations that have something to do take turns.
/// An attempt that must wait does so in its destination's line; behind a full line only the message's id is kept. Thread-safe.
/// </summary>
sealed class Destinations : IDisposable
{
    /// <summary>Remote deliveries at once: a slow destination holds at most its own window of them, and each costs a socket and some 50 KB.</summary>
    public const int MostRemote = 500;
    /// <summary>Deliveries at once to one destination, as Postfix has it.</summary>
    public const int MostForOne = 20;
    /// <summary>Attempts that wait in one line with all they have in memory, some 20 KB each; twice as many where a message with many deliveries goes on.</summary>
    const int LongestLine = 64;
    /// <summary>The same for all lines together.</summary>
    const int MostWaiting = 512;
    /// <summary>A message whose destination is down is read again this often, so that its sender is warned and it expires in time.</summary>
    public static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);
    /// <summary>Strangers choose destinations: those that nothing waits for are forgotten.</summary>
    const int SweepAfter = 1000;
    static readonly TimeSpan Forget = TimeSpan.FromMinutes(10);

    readonly TimeProvider _clock;
    readonly Lock _gate = new();
    readonly Wakes _wakes;
    readonly Dictionary<string, Destination> _places = new(StringComparer.Ordinal);
    readonly Queue<Destination> _round = new();
    int _remote, _waiting, _sweepAt = SweepAfter;

    public Destinations(TimeProvider clock)
    {
        _clock = clock;
        _wakes = new(clock, Wake);
    }

    public required DestinationCalls Calls { get; init; }

    public Destination Of(DestinationName name, DestinationTerms terms)
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            if (!_places.TryGetValue(name.Key, out var place))
            {
                if (_places.Count >= _sweepAt) Sweep(now);
                _places[name.Key] = place = new(name, new(name.IsLocal ? int.MaxValue : MostForOne));
            }
            place.LastUsed = now;
            place.Apply(terms, now);
            return place;
        }
    }

    void Sweep(DateTimeOffset now)
    {
        foreach (var (key, place) in _places)
            if (place.IsIdle && now - place.LastUsed > Forget) _places.Remove(key);
        _sweepAt = Math.Max(SweepAfter, 2 * _places.Count);
    }

    /// <summary>A turn at once or after a wait in line; or the message is to be parked; or the destination is closed.</summary>
    public async ValueTask<Admission> AdmitAsync(Destination place, TurnPass pass, CancellationToken cancel)
    {
        if (Enter(place, pass, out var waiter) is { } now)
        {
            // Who was called and goes away again has others behind it.
            if (now.Refusal is not null) Serve(place);
            return now;
        }
        using var stop = cancel.Register(() => waiter!.TrySetCanceled(cancel));
        var admission = await waiter!.Task.ConfigureAwait(false);
        pass.Served.Add(place);
        return admission;
    }

    /// <summary>Null: the waiter stands in line.</summary>
    Admission? Enter(Destination place, TurnPass pass, out TaskCompletionSource<Admission>? waiter)
    {
        waiter = null;
        lock (_gate)
        {
            var called = pass.CalledBy == place;
            if (called) Arrive(place, pass);
            if (place.Closed(_clock.GetUtcNow()) is { } closed) return new(null, closed);
            if (place.Line.Count == 0 && (called || place.Parked.Count == 0) && MayBegin(place) || IsKnownDown(place, pass)) return new(Begin(place, pass));
            if (pass.MayPark && !called && IsCrowded(place, pass)) return default(Admission);
            waiter = new(TaskCreationOptions.RunContinuationsAsynchronously);
            place.Line.Enqueue(waiter);
            _waiting++;
            JoinRound(place);
            return null;
        }
    }

    static void Arrive(Destination place, TurnPass pass)
    {
        place.Coming--;
        pass.CalledBy = null;
    }

    bool IsCrowded(Destination place, TurnPass pass) =>
        pass.Served.Contains(place) ? place.Line.Count >= 2 * LongestLine : place.Parked.Count > 0 || place.Line.Count >= LongestLine || _waiting >= MostWaiting;

    /// <summary>The transport will say so without asking a host: no reason to wait.</summary>
    bool IsKnownDown(Destination place, TurnPass pass) => !pass.AsksAnyway && place.RestsUntil > _clock.GetUtcNow() && place.InFlight < Schedule.MostAtWork;

    bool MayBegin(Destination place) => place.HasRoom && (place.Name.IsLocal || _remote < MostRemote) && PoolsAllow(place);

    /// <summary>Where a rate does not, the destination wakes when it will.</summary>
    bool PoolsAllow(Destination place)
    {
        var now = _clock.GetUtcNow();
        foreach (var pool in place.Pools)
            if (!pool.HasRoom) return false;
            else if (pool.NextAt(now) is var next && next > now)
            {
                _wakes.Add(place, next);
                return false;
            }
        return true;
    }

    Turn Begin(Destination place, TurnPass? pass = null)
    {
        var now = _clock.GetUtcNow();
        pass?.Served.Add(place);
        place.InFlight++;
        foreach (var pool in place.Pools) pool.Begin(now);
        if (!place.Name.IsLocal) _remote++;
        place.Rate.Count(now);
        return new(this, place, place.Pools);
    }

    /// <summary>The attempt is over: where it was called to a destination and has not come there, another one is.</summary>
    public void Finish(TurnPass pass)
    {
        if (pass.CalledBy is not { } place) return;
        lock (_gate) Arrive(place, pass);
        Serve(place);
    }

    /// <summary>A message that was called will not come.</summary>
    public void Miss(Destination place)
    {
        lock (_gate) place.Coming--;
        Serve(place);
    }

    internal void End(Destination place, TurnPool[] pools, TurnResult result, string error)
    {
        HashSet<MessageId>? called = null;
        lock (_gate)
        {
            Leave(place, pools);
            place.LastUsed = _clock.GetUtcNow();
            if (result == TurnResult.Worked) called = Worked(place);
            else Broke(place, result, error);
        }
        if (called is { Count: > 0 }) Recall(place, called);
        Serve(place);
    }

    static HashSet<MessageId> Worked(Destination place)
    {
        place.Window.Grow();
        (place.IsFailing, place.RestsUntil, place.LastError) = (false, default, "");
        return place.TakeDeferred();
    }

    void Broke(Destination place, TurnResult result, string error)
    {
        place.IsFailing = true;
        if (result == TurnResult.NotTried && place.LastError.Length > 0) return;
        (place.LastError, place.LastErrorAt) = (error, _clock.GetUtcNow());
        if (result == TurnResult.Broken) place.Window.Shrink();
    }

    /// <summary>The hosts work again: who waits for them comes now, however far its own time is.</summary>
    void Recall(Destination place, HashSet<MessageId> ids)
    {
        Calls.Expect(ids);
        var now = _clock.GetUtcNow();
        lock (_gate)
            foreach (var id in ids) place.Parked.Enqueue(new(id, now));
    }

    /// <summary>Retry times were cleared: no destination is known to be down until its hosts have been asked again.</summary>
    public void ForgetRests()
    {
        lock (_gate)
            foreach (var place in _places.Values) place.RestsUntil = default;
    }

    /// <summary>The message waits behind the line.</summary>
    public void Park(Destination place, ParkedMessage message)
    {
        lock (_gate) place.Parked.Enqueue(message);
        Serve(place);
    }

    /// <summary>The message waits for these hosts to work again; they are not asked before <paramref name="next"/>.</summary>
    public void Rest(Destination place, MessageId id, DateTimeOffset next)
    {
        var now = _clock.GetUtcNow();
        List<ParkedMessage> putOff = [];
        lock (_gate)
        {
            place.Deferred.Add(id);
            if (next - now > LongestRest) next = now + LongestRest;
            if (place.IsFailing && place.RestsUntil <= now) putOff = Rested(place);
            place.Deferred.UnionWith(putOff.Select(p => p.Id));
            if (place.IsFailing && next > place.RestsUntil) place.RestsUntil = next;
        }
        if (putOff.Count > 0) Calls.PutOff(putOff, place, next);
    }

    static List<ParkedMessage> Rested(Destination place)
    {
        var looked = place.Parked.Where(p => !p.IsFresh).ToList();
        if (looked.Count == 0) return looked;
        var fresh = place.Parked.Where(p => p.IsFresh).ToList();
        place.Parked.Clear();
        foreach (var message in fresh) place.Parked.Enqueue(message);
        return looked;
    }

    /// <summary>A message is due that was deferred at a place. Costs next to nothing where its destination is down: it waits on, or is parked until another message has asked the hosts.</summary>
    public DueAnswer Due(Destination place, ParkedMessage message, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (!place.IsFailing || now - message.Looked >= LongestRest) return new(DueKind.Look);
            if (place.RestsUntil > now) return new(DueKind.Rest, place.RestsUntil < message.Looked + LongestRest ? place.RestsUntil : message.Looked + LongestRest);
            if (place.InFlight + place.Line.Count + place.Coming == 0)
            {
                place.Coming++;
                return new(DueKind.Called);
            }
            place.Deferred.Remove(message.Id);
            place.Parked.Enqueue(message);
            return new(DueKind.Parked);
        }
    }

    void Serve(Destination place)
    {
        lock (_gate)
        {
            JoinRound(place);
            ServeRound();
        }
        while (NextCalls(place) is { Count: > 0 } near)
        {
            var missed = Calls.Call(near, place);
            if (missed == 0) continue;
            lock (_gate) place.Coming -= missed;
        }
    }

    List<ParkedMessage> NextCalls(Destination place)
    {
        List<ParkedMessage> near = [];
        lock (_gate)
            while (place.Line.Count + place.Coming < place.LineWanted(_clock.GetUtcNow()) && place.Parked.TryDequeue(out var message))
            {
                place.Coming++;
                near.Add(message);
            }
        return near;
    }

    void JoinRound(Destination place)
    {
        if (place.IsInRound || place.Line.Count == 0 || !place.HasRoom) return;
        place.IsInRound = true;
        _round.Enqueue(place);
    }

    /// <summary>
    /// One turn for each destination in the round, again and again, until no more may begin. One that is at its own limit leaves the round and joins it again when a turn of its
    /// own ends; one that others' turns keep waiting stays in it.
    /// </summary>
    void ServeRound()
    {
        for (var kept = 0; _round.Count > kept && _remote < MostRemote;)
        {
            var place = _round.Dequeue();
            place.IsInRound = false;
            if (!place.HasRoom) continue;
            if (PoolsAllow(place))
            {
                kept = 0;
                BeginNext(place);
            }
            else kept++;
            JoinRound(place);
        }
    }

    void BeginNext(Destination place)
    {
        while (place.Line.TryDequeue(out var waiter))
        {
            _waiting--;
            if (waiter.Task.IsCompleted) continue;
            var turn = Begin(place);
            if (waiter.TrySetResult(new(turn))) return;
            Leave(place, place.Pools);
        }
    }

    void Leave(Destination place, TurnPool[] pools)
    {
        place.InFlight--;
        foreach (var pool in pools) pool.End();
        if (!place.Name.IsLocal) _remote--;
    }

    /// <summary>A server has asked for patience. False: that is known.</summary>
    public bool SlowDown(Destination place, BackOff how, string words)
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            if (how.Pause > TimeSpan.Zero ? place.PausedUntil > now : place.NarrowUntil > now && place.Window.Most <= how.Connections) return false;
            if (how.Connections > 0)
            {
                place.Window.Resize(how.Connections);
                place.NarrowUntil = now + how.For;
            }
            if (how.Pause == TimeSpan.Zero) return true;
            (place.PausedUntil, place.PauseWords) = (now + how.Pause, words);
            _wakes.Add(place, place.PausedUntil);
            Refuse(place, now);
            return true;
        }
    }

    void Refuse(Destination place, DateTimeOffset now)
    {
        if (place.Closed(now) is not { } closed) return;
        while (place.Line.TryDequeue(out var waiter))
        {
            _waiting--;
            waiter.TrySetResult(new(null, closed));
        }
    }

    /// <summary>What is suspended has changed.</summary>
    public void Resuspend(Func<DestinationName, string?> reason)
    {
        List<Destination> opened = [];
        var now = _clock.GetUtcNow();
        lock (_gate)
            foreach (var place in _places.Values)
            {
                var before = place.Suspended;
                place.Suspended = reason(place.Name);
                if (place.Suspended is not null) Refuse(place, now);
                else if (before is not null) opened.Add(place);
            }
        foreach (var place in opened) Reopen(place);
    }

    void Wake()
    {
        List<Destination> due;
        lock (_gate) due = _wakes.TakeDue(_clock.GetUtcNow());
        foreach (var place in due) Reopen(place);
    }

    /// <summary>Who was refused comes now; who waits for hosts that fail waits on.</summary>
    void Reopen(Destination place)
    {
        HashSet<MessageId> called = [];
        lock (_gate)
            if (place.Closed(_clock.GetUtcNow()) is null && !place.IsFailing) called = place.TakeDeferred();
        if (called.Count > 0) Recall(place, called);
        Serve(place);
    }

    public IReadOnlyList<DestinationStanding> Standings()
    {
        var now = _clock.GetUtcNow();
        lock (_gate) return [.. _places.Values.Select(p => p.Standing(now))];
    }

    public void Dispose() => _wakes.Dispose();
}
