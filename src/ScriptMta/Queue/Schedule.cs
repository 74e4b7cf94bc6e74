using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>
/// Which message is tried when: a heap of due times, lanes of those that are ready, and a bound on what works at once (waiting for a server or for a turn is no work). A
/// message is never tried twice at once. Thread-safe; nothing in it grows with the queue for one message's sake.
/// </summary>
sealed class Schedule : IDisposable
{
    /// <summary>Attempts that read, route or deliver locally at once. A local delivery holds a thread while the disk syncs, and syncs of many deliveries share one journal commit: 32 keeps the disk busy without a crowd of threads.</summary>
    public const int MostAtWork = 32;

    /// <summary>A timer cannot wait for more than 49 days; a message may.</summary>
    static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    readonly TimeProvider _clock;
    readonly Func<ScheduledTry, CancellationToken, Task<AfterTry>> _attempt;
    readonly Lock _gate = new();
    readonly PriorityQueue<DueMessage, DateTimeOffset> _due = new();
    readonly ReadyLanes _ready = new();
    readonly HashSet<MessageId> _inLine = [];
    readonly HashSet<MessageId> _parked = [];
    readonly Dictionary<MessageId, TaskCompletionSource> _running = [];
    readonly CancellationTokenSource _stop = new();
    readonly ITimer _timer;
    readonly List<TaskCompletionSource> _idle = [];
    int _atWork, _asked;
    bool _closed;

    /// <summary>Place: where the message was deferred, when one destination's fault was all there was; Looked: when.</summary>
    readonly record struct DueMessage(MessageId Id, Destination? Place, DateTimeOffset Looked);

    /// <param name="attempt">One attempt; it must not throw.</param>
    public Schedule(TimeProvider clock, Func<ScheduledTry, CancellationToken, Task<AfterTry>> attempt)
    {
        (_clock, _attempt) = (clock, attempt);
        Destinations = new(clock) { Calls = new(Expect, Call, PutOff) };
        // Attempts wait for disks on pool threads; with the usual minimum, one a processor, they would stand in line behind one another's fsync.
        ThreadPool.GetMinThreads(out var workers, out var io);
        if (workers < 2 * MostAtWork) ThreadPool.SetMinThreads(2 * MostAtWork, io);
        _timer = clock.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public Destinations Destinations { get; }

    /// <summary>Its attempt is under way or in line.</summary>
    public bool Knows(MessageId id)
    {
        lock (_gate) return _running.ContainsKey(id) || _inLine.Contains(id) || _parked.Contains(id);
    }

    public bool IsIdle
    {
        get { lock (_gate) return IsStill; }
    }

    bool IsStill => _running.Count == 0 && _inLine.Count == 0 && _parked.Count == 0 && _asked == 0;

    public bool IsRunning(MessageId id)
    {
        lock (_gate) return _running.ContainsKey(id);
    }

    /// <summary>The message takes its turn at <paramref name="when"/>, or in line at once when that has passed.</summary>
    public void Add(MessageId id, DateTimeOffset when)
    {
        lock (_gate)
        {
            if (_closed) return;
            if (when > _clock.GetUtcNow()) _due.Enqueue(new(id, null, default), when);
            else if (_inLine.Add(id)) _ready.Add(new(id, TryKind.First));
        }
        Pump();
    }

    /// <summary>Many messages at once: what a spool holds at the start.</summary>
    public void AddAll(IEnumerable<(MessageId Id, DateTimeOffset When)> messages)
    {
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            var later = new List<(DueMessage, DateTimeOffset)>();
            foreach (var (id, when) in messages)
                if (when > now) later.Add((new(id, null, default), when));
                else if (_inLine.Add(id)) _ready.Add(new(id, when == DateTimeOffset.MinValue ? TryKind.First : TryKind.Due));
            _due.EnqueueRange(later);
        }
        Pump();
    }

    /// <summary>Completes when the attempt that now runs is over, or the next one where none runs; at once when none is coming.</summary>
    public Task WhenAttempted(MessageId id)
    {
        lock (_gate)
            return _running.TryGetValue(id, out var running) && !_parked.Contains(id) ? running.Task
                : _inLine.Contains(id) || _parked.Contains(id) ? WaitForTurn(id) : Task.CompletedTask;
    }

    /// <summary>Runs an attempt outside of the line: an administrator asked. Waits for the one that runs now first.</summary>
    public async Task RunNowAsync(MessageId id, Func<ScheduledTry, CancellationToken, Task<AfterTry>> attempt)
    {
        while (true)
        {
            TaskCompletionSource? done = null;
            Task running = Task.CompletedTask;
            lock (_gate)
            {
                if (_closed) return;
                if (_running.TryGetValue(id, out var current)) running = current.Task;
                else
                {
                    _inLine.Remove(id);
                    done = Begin(id);
                }
            }
            if (done is not null)
            {
                await RunAsync(new(id, TryKind.Asked, null, new(this)), done, attempt).ConfigureAwait(false);
                return;
            }
            await running.ConfigureAwait(false);
        }
    }

    /// <summary>The same for many messages: each waits for its share of the work.</summary>
    public Task RunInTurnAsync(MessageId id, Func<ScheduledTry, CancellationToken, Task<AfterTry>> attempt)
    {
        var asked = new AskedTry(attempt, new(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (_gate)
        {
            if (_closed) return Task.CompletedTask;
            _asked++;
            _ready.Add(new(id, TryKind.Asked, null, asked));
        }
        Pump();
        return asked.Over.Task;
    }

    /// <summary>Completes when nothing runs and nothing is in line; what is due later does not count.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            if (IsStill) return Task.CompletedTask;
            var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _idle.Add(idle);
            return idle.Task;
        }
    }

    /// <summary>Does something to a message that no attempt may run beside. False: one runs now. Afterwards the message must be added again to have its turn.</summary>
    public async Task<bool> TryHoldAsync(MessageId id, Func<CancellationToken, Task> work)
    {
        TaskCompletionSource done;
        lock (_gate)
        {
            if (_closed || _running.ContainsKey(id)) return false;
            _inLine.Remove(id);
            done = Begin(id);
        }
        await RunAsync(new(id, TryKind.Asked, null, new(this)), done, async (_, cancel) =>
        {
            await work(cancel).ConfigureAwait(false);
            return default;
        }).ConfigureAwait(false);
        return true;
    }

    async Task WaitForTurn(MessageId id)
    {
        while (true)
        {
            TaskCompletionSource? running;
            lock (_gate)
            {
                if (_closed || (!_running.TryGetValue(id, out running) && !_inLine.Contains(id) && !_parked.Contains(id))) return;
            }
            if (running is not null)
            {
                await running.Task.ConfigureAwait(false);
                lock (_gate)
                    if (!_parked.Contains(id)) return;
            }
            await Task.Delay(1).ConfigureAwait(false);
        }
    }

    void Pump()
    {
        List<Destination> missed = [];
        while (TakeNext(missed) is { } next) next();
        // Not from here: it may have more messages ready, of which more may be missed.
        foreach (var place in missed) ThreadPool.UnsafeQueueUserWorkItem(Destinations.Miss, place, preferLocal: false);
    }

    /// <summary>Null: nothing more may begin now. Missed: destinations that waited for a message that is not to be tried after all.</summary>
    Action? TakeNext(List<Destination> missed)
    {
        lock (_gate)
        {
            MoveDue();
            while (!_closed && _atWork < MostAtWork && _ready.TryTake(out var message))
            {
                if (message.Asked is { } asked) return StartAsked(message, asked);
                // Taken out of the line by RunNow, or already running: the attempt that runs sees what is to be done.
                if (!_inLine.Remove(message.Id) || _running.ContainsKey(message.Id))
                {
                    if (message.CalledBy is { } place) missed.Add(place);
                    continue;
                }
                var done = Begin(message.Id);
                return () => _ = RunAsync(new(message.Id, message.Kind, message.CalledBy, new(this)), done, _attempt);
            }
            return null;
        }
    }

    /// <summary>Under the lock. One that runs already ends first.</summary>
    Action StartAsked(ReadyMessage message, AskedTry asked)
    {
        if (_running.TryGetValue(message.Id, out var current))
            return () => current.Task.ContinueWith(_ => AskAgain(message, asked), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _inLine.Remove(message.Id);
        var done = Begin(message.Id);
        return async () =>
        {
            await RunAsync(new(message.Id, TryKind.Asked, null, new(this)), done, asked.Attempt).ConfigureAwait(false);
            lock (_gate) _asked--;
            asked.Over.TrySetResult();
            TellIdle();
        };
    }

    void AskAgain(ReadyMessage message, AskedTry asked)
    {
        lock (_gate)
        {
            if (!_closed) _ready.Add(message);
            else asked.Over.TrySetResult();
        }
        Pump();
    }

    TaskCompletionSource Begin(MessageId id)
    {
        _atWork++;
        return _running[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    async Task RunAsync(ScheduledTry one, TaskCompletionSource done, Func<ScheduledTry, CancellationToken, Task<AfterTry>> attempt)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        AfterTry after = default;
        try { after = await attempt(one, _stop.Token).ConfigureAwait(false); }
        finally { End(one, done, after); }
    }

    void End(ScheduledTry one, TaskCompletionSource done, AfterTry after)
    {
        var now = _clock.GetUtcNow();
        lock (_gate)
        {
            _running.Remove(one.Id);
            if (after.IsParked && !_closed) _parked.Add(one.Id);
            else if (after.Next is { } next && !_closed) _due.Enqueue(new(one.Id, after.Place, now), next);
        }
        one.Share.Leave();
        done.SetResult();
        if (after is { IsParked: true, Place: { } parkedAt }) Destinations.Park(parkedAt, new(one.Id, default));
        else if (after is { Next: { } when, Place: { } place }) Destinations.Rest(place, one.Id, when);
        TellIdle();
    }

    void TellIdle()
    {
        TaskCompletionSource[] idle = [];
        lock (_gate)
            if (IsStill)
            {
                idle = [.. _idle];
                _idle.Clear();
            }
        foreach (var waiter in idle) waiter.SetResult();
    }

    public void FreeShare()
    {
        lock (_gate) _atWork--;
        Pump();
    }

    public void TakeShare()
    {
        lock (_gate) _atWork++;
    }

    /// <summary>Under the lock: what has become due goes into its lane, and the timer is set for the next.</summary>
    void MoveDue()
    {
        var now = _clock.GetUtcNow();
        while (_due.TryPeek(out var message, out var when))
        {
            if (when > now)
            {
                _timer.Change(when - now < LongestSleep ? when - now : LongestSleep, Timeout.InfiniteTimeSpan);
                return;
            }
            _due.Dequeue();
            if (!_inLine.Contains(message.Id) && !_parked.Contains(message.Id)) TakeDue(message, now);
        }
    }

    void TakeDue(DueMessage message, DateTimeOffset now)
    {
        var answer = message.Place is { } place ? Destinations.Due(place, new(message.Id, message.Looked), now) : new(DueKind.Look);
        if (answer.Kind == DueKind.Rest) _due.Enqueue(message, answer.Until);
        else if (answer.Kind == DueKind.Parked) _parked.Add(message.Id);
        else
        {
            _inLine.Add(message.Id);
            _ready.Add(new(message.Id, TryKind.Due, answer.Kind == DueKind.Called ? message.Place : null));
        }
    }

    void Expect(IReadOnlyCollection<MessageId> ids)
    {
        lock (_gate) _parked.UnionWith(ids);
    }

    /// <summary>Returns how many of them will not come.</summary>
    int Call(IReadOnlyList<ParkedMessage> messages, Destination place)
    {
        var missed = 0;
        lock (_gate)
            foreach (var message in messages)
            {
                _parked.Remove(message.Id);
                if (!_closed && _inLine.Add(message.Id)) _ready.Add(new(message.Id, message.IsFresh ? TryKind.First : TryKind.Recalled, place));
                else missed++;
            }
        Pump();
        if (missed > 0) TellIdle();
        return missed;
    }

    void PutOff(IReadOnlyList<ParkedMessage> messages, Destination place, DateTimeOffset until)
    {
        lock (_gate)
            foreach (var message in messages)
            {
                _parked.Remove(message.Id);
                if (!_closed) _due.Enqueue(new(message.Id, place, message.Looked), until);
            }
        Pump();
        TellIdle();
    }

    /// <summary>Takes nothing new; gives what runs the time, then cancels it.</summary>
    public async Task CloseAsync(TimeSpan limit)
    {
        Task[] running;
        lock (_gate)
        {
            _closed = true;
            foreach (var asked in _ready.Clear()) asked.Over.TrySetResult();
            _inLine.Clear();
            _parked.Clear();
            _asked = 0;
            running = [.. _running.Values.Select(r => r.Task)];
        }
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(limit, _clock)).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _timer.Dispose();
        Destinations.Dispose();
        _stop.Dispose();
    }
}
