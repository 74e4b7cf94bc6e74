using System.Net;
using System.Net.Sockets;

namespace ScriptMta.Network;

/// <summary>
/// Accepts connections on one address and hands each to <c>serve</c>, which owns it from then on. Running out of descriptors or memory makes
/// it wait a little and go on; <c>trouble</c> hears of it.
/// </summary>
sealed class Listener : IAsyncDisposable
{
    /// <summary>Long enough for other connections to end, short enough for the backlog to hold.</summary>
    static readonly TimeSpan PauseAfterTrouble = TimeSpan.FromMilliseconds(200);

    readonly Socket _socket;
    readonly CancellationTokenSource _stop = new();
    Task _loop = Task.CompletedTask;

    Listener(Socket socket) => _socket = socket;

    /// <summary>Where it really listens: the port that the system chose for port 0.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Throws SocketException when the address cannot be had.</summary>
    public static Listener Open(IPEndPoint at, int backlog)
    {
        var socket = new Socket(at.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // No ReuseAddress: .NET would let a second daemon share the port. Bind itself allows for TIME_WAIT.
            // IPv4 has its own listener: mapped addresses would hide which rule matches.
            if (at.AddressFamily == AddressFamily.InterNetworkV6) socket.DualMode = false;
            socket.Bind(at);
            socket.Listen(backlog);
            return new Listener(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public void Start(Action<Socket> serve, Action<string> trouble) => _loop = AcceptAsync(serve, trouble, _stop.Token);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _socket.Dispose();
        _stop.Dispose();
    }

    async Task AcceptAsync(Action<Socket> serve, Action<string> trouble, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var accepted = await _socket.AcceptAsync(cancel).ConfigureAwait(false);
                serve(accepted);
            }
            catch (OperationCanceledException) { return; }
            catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionAborted or SocketError.ConnectionReset) { /* the peer left before we looked: nothing to serve */ }
            catch (SocketException error)
            {
                trouble($"accept on {EndPoint} failed: {error.Message}");
                await Task.Delay(PauseAfterTrouble, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
