namespace ScriptMta.Spool;

/// <summary>The one thread that writes: takes all that waits, commits it as a group, flushes outcomes when they are due, then does a step of upkeep.</summary>
sealed class JournalWriter : IAsyncDisposable
{
    /// <summary>256 MiB: a million recipients. Records are built in memory and addressed by 32 bits.</summary>
    const long LargestRecord = 256 << 20;

    readonly GroupCommit _commit;
    readonly Upkeep _upkeep;
    readonly TimeSpan _flushDelay;
    readonly ITimer _flushTimer, _upkeepTimer;
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly object _gate = new();
    List<WriteRequest> _incoming = [];
    List<TaskCompletionSource> _settling = [];
    bool _flushDue, _upkeepDue = true, _flushArmed, _stopping;

    public JournalWriter(GroupCommit commit, Upkeep upkeep, SpoolOptions options, TimeProvider clock)
    {
        (_commit, _upkeep, _flushDelay) = (commit, upkeep, options.FlushDelay);
        _flushTimer = clock.CreateTimer(_ => Wake(ref _flushDue), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _upkeepTimer = clock.CreateTimer(_ => Wake(ref _upkeepDue), null, options.UpkeepRetry, options.UpkeepRetry);
        new Thread(Run) { IsBackground = true, Name = "spool writer" }.Start();
    }

    /// <summary>Throws <see cref="SpoolException"/> when the spool refuses or is closed; then nothing is written.</summary>
    public ValueTask WriteAsync(WriteRequest request)
    {
        if (_commit.Refusal() is { } refusal) throw refusal;
        if (request.Header.RecordLength > LargestRecord)
            throw new SpoolException($"envelope and header section of a message take {request.Header.RecordLength} bytes, the spool takes {LargestRecord}", SpoolFault.InputOutput);
        lock (_gate)
        {
            if (_stopping) throw new SpoolException("the spool is closed", SpoolFault.Closed);
            _incoming.Add(request);
            Monitor.Pulse(_gate);
        }
        return request.Completion;
    }

    /// <summary>Returns when upkeep has nothing left that it could do now.</summary>
    public Task SettledAsync()
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_stopping) return Task.CompletedTask;
            _settling.Add(settled);
            _upkeepDue = true;
            Monitor.Pulse(_gate);
        }
        return settled.Task;
    }

    /// <summary>Returns when all that was enqueued is written and flushed.</summary>
    public async ValueTask DisposeAsync()
    {
        Wake(ref _stopping);
        await _ended.Task.ConfigureAwait(false);
        await _flushTimer.DisposeAsync().ConfigureAwait(false);
        await _upkeepTimer.DisposeAsync().ConfigureAwait(false);
    }

    void Run()
    {
        var batch = new List<WriteRequest>();
        while (Collect(ref batch))
        {
            _commit.Commit(batch);
            batch.Clear();
            if (Take(ref _flushDue)) Flush();
            ArmFlush();
            DoUpkeep();
        }
        _commit.Flush();
        _settling.ForEach(static waiter => waiter.SetResult());
        _ended.SetResult();
    }

    /// <summary>Waits until there is something to do; false when it was the last time.</summary>
    bool Collect(ref List<WriteRequest> batch)
    {
        lock (_gate)
        {
            while (_incoming.Count == 0 && !_flushDue && !_upkeepDue && !_stopping) Monitor.Wait(_gate);
            (batch, _incoming) = (_incoming, batch);
            _upkeepDue = false;
            return !_stopping || batch.Count > 0;
        }
    }

    void DoUpkeep()
    {
        List<TaskCompletionSource> settling;
        lock (_gate) (settling, _settling) = (_settling, []);
        if (!_upkeep.Step())
        {
            settling.ForEach(static waiter => waiter.SetResult());
            return;
        }
        lock (_gate) _settling.AddRange(settling);
        Wake(ref _upkeepDue);
    }

    void Flush()
    {
        _flushArmed = false;
        _commit.Flush();
    }

    void ArmFlush()
    {
        if (_flushArmed || !_commit.IsDirty) return;
        _flushArmed = true;
        _flushTimer.Change(_flushDelay, Timeout.InfiniteTimeSpan);
    }

    void Wake(ref bool reason)
    {
        lock (_gate)
        {
            reason = true;
            Monitor.Pulse(_gate);
        }
    }

    bool Take(ref bool reason)
    {
        lock (_gate)
        {
            var taken = reason;
            reason = false;
            return taken;
        }
    }
}
