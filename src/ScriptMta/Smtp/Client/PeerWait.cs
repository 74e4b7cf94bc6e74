namespace ScriptMta.Smtp;

/// <summary>The time limit of one wait after another, with one timer for all of them where the clock is the system's. One wait at a time.</summary>
sealed class PeerWait(TimeProvider clock) : IDisposable
{
    CancellationTokenSource? _source;
    CancellationTokenRegistration _outer;

    /// <summary>The token ends with limit or with cancel. <see cref="End"/> must follow.</summary>
    public CancellationToken Begin(TimeSpan limit, CancellationToken cancel)
    {
        if (clock != TimeProvider.System) _source = new(limit, clock);
        else (_source ??= new()).CancelAfter(limit);
        _outer = cancel.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        return _source.Token;
    }

    public void End()
    {
        _outer.Dispose();
        if (clock == TimeProvider.System && _source!.TryReset()) return;
        Dispose();
    }

    public void Dispose()
    {
        _source?.Dispose();
        _source = null;
    }
}
