using System.Net;
using System.Net.Sockets;

namespace ScriptMta.Smtp;

/// <summary>What calling a server came to.</summary>
abstract record DialResult
{
    DialResult() { }
    public sealed record Opened(SmtpPeer Peer) : DialResult;
    /// <summary>The server answered, and it was no. Command is what the answer was to.</summary>
    public sealed record Refused(SmtpStep Step, string Command, PeerReply Reply) : DialResult;
    public sealed record Broken(PeerTrouble Trouble) : DialResult;
}

/// <summary>Connects, reads the banner, says EHLO and falls back to HELO (RFC 5321 3.2; Exim falls back on any error reply).</summary>
static class SmtpDialer
{
    public static async ValueTask<DialResult> OpenAsync(PeerEndpoint target, SmtpClientSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        Socket socket;
        try { socket = await ConnectAsync(target, settings, clock, cancel); }
        catch (PeerException error) { return new DialResult.Broken(error.After(SmtpStep.Connect, "connection")); }
        var peer = new SmtpPeer(socket, target, clock);
        DialResult? result = null;
        try { return result = await GreetAsync(peer, settings, cancel); }
        finally { if (result is not DialResult.Opened) await peer.DisposeAsync(); }
    }

    static async ValueTask<Socket> ConnectAsync(PeerEndpoint target, SmtpClientSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        var socket = new Socket(target.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var timer = new CancellationTokenSource(settings.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        try
        {
            if (settings.KeepAlive) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
            if (settings.Interface is { } local && local.AddressFamily == target.Address.AddressFamily) socket.Bind(new IPEndPoint(local, 0));
            await socket.ConnectAsync(new IPEndPoint(target.Address, target.Port), either.Token);
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

    static async ValueTask<DialResult> GreetAsync(SmtpPeer peer, SmtpClientSettings settings, CancellationToken cancel)
    {
        var (step, command) = (SmtpStep.Banner, "initial connection");
        try
        {
            var reply = await peer.ReadAsync(settings.CommandTimeout, cancel);
            if (!reply.IsPositive) return await RefusedAsync(peer, step, command, reply);
            step = SmtpStep.Helo;
            foreach (var verb in settings.AvoidEsmtp ? Helo : EhloThenHelo)
            {
                command = $"{verb} {settings.HeloName}";
                await peer.SendAsync(command, settings.CommandTimeout, cancel);
                reply = await peer.ReadAsync(settings.CommandTimeout, cancel);
                if (!reply.IsPositive) continue;
                if (verb == "EHLO") peer.Extensions = PeerExtensions.From(reply);
                return new DialResult.Opened(peer);
            }
            return await RefusedAsync(peer, step, command, reply);
        }
        catch (PeerException error) { return new DialResult.Broken(error.After(step, command)); }
    }

    static readonly string[] EhloThenHelo = ["EHLO", "HELO"], Helo = ["HELO"];

    static async ValueTask<DialResult> RefusedAsync(SmtpPeer peer, SmtpStep step, string command, PeerReply reply)
    {
        await peer.QuitAsync();
        return new DialResult.Refused(step, command, reply);
    }
}
