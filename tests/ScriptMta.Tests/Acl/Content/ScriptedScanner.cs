using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Tests.Acl.Content;

/// <summary>A scanner that answers each connection with the next of its answers, once the request has what it waits for. Requests are kept as byte text.</summary>
sealed class ScriptedScanner : IAsyncDisposable
{
    readonly Socket _listener;
    readonly CancellationTokenSource _end = new();
    readonly Task _work;

    /// <param name="path">A Unix socket; null = a free port.</param>
    /// <param name="until">The end of a request; null = when the peer has ended its input.</param>
    public ScriptedScanner(string? path, string? until, params string[] answers)
    {
        _listener = path is null ? new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) : new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(path is null ? new IPEndPoint(IPAddress.Loopback, 0) : new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _work = ServeAsync(until, answers);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;
    public List<string> Requests { get; } = [];
    /// <summary>An answer that never comes.</summary>
    public const string Silence = "(silence)";
    /// <summary>The connection is closed at once, before anything is read.</summary>
    public const string HangUp = "(hang up)";

    async Task ServeAsync(string? until, string[] answers)
    {
        try
        {
            foreach (var answer in answers)
            {
                using var peer = await _listener.AcceptAsync(_end.Token);
                if (answer == HangUp) continue;
                Requests.Add(await RequestAsync(peer, until));
                if (answer == Silence) await Task.Delay(Timeout.Infinite, _end.Token);
                await peer.SendAsync(Encoding.Latin1.GetBytes(answer), _end.Token);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException) { /* the test is over, or the peer is gone */ }
    }

    async Task<string> RequestAsync(Socket peer, string? until)
    {
        var request = new StringBuilder();
        var buffer = new byte[65536];
        for (int count; (count = await peer.ReceiveAsync(buffer, _end.Token)) > 0;)
        {
            request.Append(Encoding.Latin1.GetString(buffer, 0, count));
            if (until is not null && request.ToString().EndsWith(until, StringComparison.Ordinal)) break;
        }
        return request.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _work;
        _end.Dispose();
    }
}
