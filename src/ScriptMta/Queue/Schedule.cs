using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>
/// Which message is tried when: a heap of due times, a line of those that are due, and a bound on attempts in flight. A message is never tried twice at
/// once. Thread-safe.
/// </summary>
sealed class Schedule : IDisposable
{
    /// <summary>Attempts at once. A local delivery holds a thread while the disk syncs, and syncs of many deliveries share one journal commit: 32 keeps the disk busy without a crowd of threads.</summary>
    public const int MostInFlight = 32;

    /// <summary>A timer cannot wait for more than 49 days; a message may.</summary>
    static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);

    readonly TimeProvider _clock;
    readonly Func<MessageId, CancellationToken, Task> _attempt;
    readonly Lock _gate = new();
    readonly PriorityQueue<MessageId, DateTimeOffset> _due = new();
    readonly Queue<MessageId> _ready = new();
    readonly HashSet<MessageId> _waiting = [];
    readonly Dictionary<MessageId, TaskCompletionSource> _running = [];
    readonly CancellationTokenSource _stop = new();
    readonly ITimer _timer;
    readonly List<TaskCompletionSource> _idle = [];
    bool _closed;

    /// <param name="attempt">One attempt; it must not throw.</param>
    public Schedule(TimeProvider clock, Func<MessageId, CancellationToken, Task> attempt)
    {
        (_clock, _attempt) = (clock, attempt);
        // Attempts wait for disks on pool threads; with the usual minimum, one a processor, they would stand in line behind one another's fsync.
        ThreadPool.GetMinThreads(out var workers, out var io);
        if (workers < 2 * MostInFlight) ThreadPool.SetMinThreads(2 * MostInFlight, io);
        _timer = clock.CreateTimer(_ => Pump(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Its attempt is under way or in line.</summary>
    public bool Knows(MessageId id)
    {
        lock (_gate) return _running.ContainsKey(id) || _waiting.Contains(id);
    }

    public bool IsIdle
    {
        get { lock (_gate) return _running.Count == 0 && _waiting.Count == 0; }
    }

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
            if (when > _clock.GetUtcNow()) _due.Enqueue(id, when);
            else if (_waiting.Add(id)) _ready.Enqueue(id);
        }
        Pump();
    }

    /// <summary>Completes when the attempt that now runs is over, or the next one where none runs; at once when none is coming.</summary>
    public Task WhenAttempted(MessageId id)
    {
        lock (_gate)
            return _running.TryGetValue(id, out var running) ? running.Task
                : _waiting.Contains(id) ? WaitForTurn(id) : Task.CompletedTask;
    }

    /// <summary>Runs an attempt outside of the line: an administrator asked, or a queue run. Waits for the one that runs now first.</summary>
    public async Task RunNowAsync(MessageId id, Func<CancellationToken, Task> attempt)
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
                    _waiting.Remove(id);
                    done = Begin(id);
                }
            }
            if (done is not null)
            {
                await RunAsync(id, done, attempt).ConfigureAwait(false);
                return;
            }
            await running.ConfigureAwait(false);
        }
    }

    /// <summary>Completes when nothing runs and nothing is in line; what is due later does not count.</summary>
    public Task WhenIdle()
    {
        lock (_gate)
        {
            if (_running.Count == 0 && _waiting.Count == 0) return Task.CompletedTask;
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
            _waiting.Remove(id);
            done = Begin(id);
        }
        await RunAsync(id, done, work).ConfigureAwait(false);
        return true;
    }

    async Task WaitForTurn(MessageId id)
    {
        while (true)
        {
            TaskCompletionSource? running;
            lock (_gate)
            {
                if (_closed || (!_running.TryGetValue(id, out running) && !_waiting.Contains(id))) return;
            }
            if (running is not null)
            {
                await running.Task.ConfigureAwait(false);
                return;
            }
            await Task.Delay(1).ConfigureAwait(false);
        }
    }

    void Pump()
    {
        while (true)
        {
            MessageId id;
            TaskCompletionSource done;
            lock (_gate)
            {
                MoveDue();
                if (_closed || _running.Count >= MostInFlight || !_ready.TryDequeue(out id)) return;
                // Taken out of the line by RunNow, or already running: the attempt that runs sees what is to be done.
                if (!_waiting.Remove(id) || _running.ContainsKey(id)) continue;
                done = Begin(id);
            }
            var next = id;
            _ = RunAsync(next, done, cancel => _attempt(next, cancel));
        }
    }

    TaskCompletionSource Begin(MessageId id) => _running[id] = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    async Task RunAsync(MessageId id, TaskCompletionSource done, Func<CancellationToken, Task> attempt)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try { await attempt(_stop.Token).ConfigureAwait(false); }
        finally { End(id, done); }
        Pump();
    }

    void End(MessageId id, TaskCompletionSource done)
    {
        TaskCompletionSource[] idle = [];
        lock (_gate)
        {
            _running.Remove(id);
            if (_running.Count == 0 && _waiting.Count == 0)
            {
                idle = [.. _idle];
                _idle.Clear();
            }
        }
        done.SetResult();
        foreach (var waiter in idle) waiter.SetResult();
    }

    /// <summary>Under the lock: what has become due goes into the line, and the timer is set for the next.</summary>
    void MoveDue()
    {
        var now = _clock.GetUtcNow();
        while (_due.TryPeek(out var id, out var when))
        {
            if (when > now)
            {
                _timer.Change(when - now < LongestSleep ? when - now : LongestSleep, Timeout.InfiniteTimeSpan);
                return;
            }
            _due.Dequeue();
            if (_waiting.Add(id)) _ready.Enqueue(id);
        }
    }

    /// <summary>Takes nothing new; gives what runs the time, then cancels it.</summary>
    public async Task CloseAsync(TimeSpan limit)
    {
        Task[] running;
        lock (_gate)
        {
            _closed = true;
            _ready.Clear();
            _waiting.Clear();
            running = [.. _running.Values.Select(r => r.Task)];
        }
        await Task.WhenAny(Task.WhenAll(running), Task.Delay(limit, _clock)).ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _stop.Dispose();
    }
}
