using System.Net;
using System.Net.Sockets;

namespace ScriptMta.Smtp;

/// <summary>The TCP connection below a conversation. Failures are <see cref="PeerException"/> in the words of Exim's log; cancellation passes through.</summary>
static class PeerSocket
{
    public static async ValueTask<Socket> ConnectAsync(IPEndPoint target, SmtpClientSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timer = new CancellationTokenSource(settings.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            if (settings.KeepAlive) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            if (settings.Interface is { } local && local.AddressFamily == target.AddressFamily) socket.Bind(new IPEndPoint(local, 0));
            await socket.ConnectAsync(target, either.Token);
            return socket;
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            socket.Dispose();
            cancel.ThrowIfCancellationRequested();
            throw error is SocketException failure ? Trouble(failure) : new PeerException(TroubleKind.ConnectTimeout, "Connection timed out", Errnos.TimedOut);
        }
    }

    static PeerException Trouble(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => new(TroubleKind.Refused, "Connection refused", Errnos.Refused),
        SocketError.TimedOut => new(TroubleKind.ConnectTimeout, "Connection timed out", Errnos.TimedOut),
        SocketError.HostUnreachable => new(TroubleKind.Unreachable, "No route to host", 113),
        SocketError.NetworkUnreachable => new(TroubleKind.Unreachable, "Network is unreachable", 101),
        SocketError.ConnectionReset => new(TroubleKind.Lost, "Connection reset by peer", 104),
        SocketError.AddressNotAvailable => new(TroubleKind.InputOutput, "unable to bind outgoing SMTP call: Cannot assign requested address", 99),
        _ => new(TroubleKind.InputOutput, error.Message, error.NativeErrorCode),
    };
}
