namespace ScriptMta.Smtp;

/// <summary>What must agree for a connection to serve another message.</summary>
readonly record struct PeerKey(string Transport, PeerEndpoint Endpoint, string Interface, string HeloName, string Security = "");

/// <summary>
/// Idle connections, kept a short while for the next message to the same server. Thread-safe. Closing (QUIT) happens beside the caller and is
/// bounded by <see cref="SmtpPeer.QuitTimeout"/>.
/// </summary>
sealed class PeerPool : IAsyncDisposable
{
    /// <summary>A server's session slot is not ours to sit on; a second is ages between two messages of a burst.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(2);
    /// <summary>Sockets that idle connections may hold.</summary>
    public const int MostIdle = 100;

    readonly TimeProvider _clock;
    readonly Lock _gate = new();
    readonly Dictionary<PeerKey, Stack<SmtpPeer>> _idle = [];
    readonly HashSet<Task> _closing = [];
    readonly ITimer _sweep;
    int _count;
    bool _disposed;

    public PeerPool(TimeProvider clock)
    {
        _clock = clock;
        _sweep = clock.CreateTimer(_ => Sweep(), null, IdleLimit, IdleLimit);
    }

    public HostTurns Turns { get; } = new();
    public LateReplies Late { get; } = new();

    /// <summary>A connection that is still alive, or null. The newest first: it is the likeliest to live.</summary>
    public SmtpPeer? Take(PeerKey key)
    {
        while (true)
        {
            SmtpPeer peer;
            lock (_gate)
            {
                if (!_idle.TryGetValue(key, out var stack)) return null;
                peer = stack.Pop();
                _count--;
                if (stack.Count == 0) _idle.Remove(key);
            }
            if (peer.IsAlive) return peer;
            Close(peer);
        }
    }

    public void Give(PeerKey key, SmtpPeer peer)
    {
        peer.IdleSince = _clock.GetUtcNow();
        lock (_gate)
        {
            if (!_disposed && _count < MostIdle)
            {
                if (!_idle.TryGetValue(key, out var stack)) _idle[key] = stack = new();
                stack.Push(peer);
                _count++;
                return;
            }
        }
        Close(peer);
    }

    /// <summary>QUIT without keeping the caller.</summary>
    public void Close(SmtpPeer peer)
    {
        var closing = peer.QuitAsync().AsTask();
        if (closing.IsCompleted) return;
        lock (_gate) _closing.Add(closing);
        closing.ContinueWith(done => { lock (_gate) _closing.Remove(done); }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate) _disposed = true;
        await _sweep.DisposeAsync();
        await Late.DisposeAsync();
        foreach (var peer in Remove(_ => true)) Close(peer);
        Task[] closing;
        lock (_gate) closing = [.. _closing];
        await Task.WhenAll(closing);
    }

    void Sweep()
    {
        var limit = _clock.GetUtcNow() - IdleLimit;
        foreach (var peer in Remove(p => p.IdleSince <= limit)) Close(peer);
    }

    List<SmtpPeer> Remove(Predicate<SmtpPeer> which)
    {
        var removed = new List<SmtpPeer>();
        lock (_gate)
        {
            foreach (var (key, stack) in _idle.ToArray())
            {
                var kept = stack.Where(p => !which(p)).Reverse().ToArray();
                removed.AddRange(stack.Where(p => which(p)));
                if (kept.Length == 0) _idle.Remove(key); else _idle[key] = new(kept);
            }
            _count -= removed.Count;
        }
        return removed;
    }
}
