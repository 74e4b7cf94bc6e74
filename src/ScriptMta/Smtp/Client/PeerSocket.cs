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
            if (settings.Dscp is { } dscp) Mark(socket, dscp);
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

    /// <summary>IP_TOS and IPV6_TCLASS of Linux: the six bits stand above two that are not ours (RFC 2474 3). A mark that cannot be set is no reason not to deliver.</summary>
    static void Mark(Socket socket, int dscp)
    {
        const int ip = 0, tos = 1, ipv6 = 41, trafficClass = 67;
        Span<byte> value = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(value, dscp << 2);
        try { if (socket.AddressFamily == AddressFamily.InterNetwork) socket.SetRawSocketOption(ip, tos, value); else socket.SetRawSocketOption(ipv6, trafficClass, value); }
        catch (SocketException) { /* the mark is a wish */ }
    }

    /// <summary>Null where the other side has gone already.</summary>
    public static IPEndPoint? RemoteOf(Socket socket)
    {
        try { return socket.RemoteEndPoint as IPEndPoint; }
        catch (SocketException) { return null; }
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
