using System.Collections.Concurrent;
using ScriptMta.Mail;

namespace ScriptMta.Smtp;

/// <summary>
/// Connections on which the whole content was sent and no reply came in time (RFC 1047: the server may have taken the message). The reply is waited for in the
/// background until the message's next attempt asks, so that a server that is merely slow does not get the message twice. In memory: a restart forgets. Thread-safe.
/// </summary>
sealed class LateReplies : IAsyncDisposable
{
    /// <summary>Connections waited for at once; beyond, a reply that is late is as none.</summary>
    public const int Most = 200;
    /// <summary>The longest wait: servers that scan for longer give up themselves, and a connection costs both sides memory.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    readonly ConcurrentDictionary<string, Awaited> _awaited = new(StringComparer.Ordinal);
    readonly CancellationTokenSource _stop = new();
    int _count;

    sealed record Awaited(PeerEndpoint Endpoint, Task<PeerReply?> Reply, CancellationTokenSource Stop);

    /// <summary>Connections waited for.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Takes over a peer; false where it has to be closed now.</summary>
    public bool Watch(MessageId id, IEnumerable<string> recipients, SmtpPeer peer)
    {
        if (_stop.IsCancellationRequested || Interlocked.Increment(ref _count) > Most)
        {
            if (!_stop.IsCancellationRequested) Interlocked.Decrement(ref _count);
            return false;
        }
        var stop = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var awaited = new Awaited(peer.Endpoint, WaitAsync(peer, stop), stop);
        foreach (var recipient in recipients) _awaited[Key(id, recipient)] = awaited;
        return true;
    }

    /// <summary>The reply that came meanwhile and says yes, and from whom; null where there is none. Either way the wait is over.</summary>
    public (PeerEndpoint Endpoint, PeerReply Reply)? Take(MessageId id, string recipient)
    {
        if (_awaited.IsEmpty || !_awaited.TryRemove(Key(id, recipient), out var awaited)) return null;
        if (awaited.Reply is { IsCompletedSuccessfully: true, Result: { IsPositive: true } reply }) return (awaited.Endpoint, reply);
        awaited.Stop.Cancel();
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_awaited.Values.Select(a => a.Reply));
        _awaited.Clear();
    }

    /// <summary>Never fails: no reply is null.</summary>
    async Task<PeerReply?> WaitAsync(SmtpPeer peer, CancellationTokenSource stop)
    {
        try { return await peer.ReadAsync(Patience, stop.Token); }
        catch (Exception error) when (error is PeerException or OperationCanceledException) { return null; }
        finally
        {
            Interlocked.Decrement(ref _count);
            await peer.DisposeAsync();
        }
    }

    static string Key(MessageId id, string recipient) => $"{id}\n{recipient}";
}
