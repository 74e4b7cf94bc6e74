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

/// <summary>Makes the TCP connection of a conversation with target another way than directly (a proxy). Throws <see cref="PeerException"/>.</summary>
delegate ValueTask<Socket> PeerConnecting(PeerEndpoint target, SmtpClientSettings settings, TimeProvider clock, CancellationToken cancel);

/// <summary>Connects and takes the conversation to where MAIL can be said (<see cref="SmtpOpening"/>).</summary>
static class SmtpDialer
{
    public static async ValueTask<DialResult> OpenAsync(PeerEndpoint target, SmtpClientSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        var result = await CallAsync(target, settings, clock, cancel);
        settings.Told?.Invoke(result);
        // The connection is in an unknown state: what is tried in clear is another one.
        return result is DialResult.Broken { Trouble: { Kind: TroubleKind.TlsFailed } trouble } && settings.InClear?.Invoke(trouble) is { } inClear ? await CallAsync(target, inClear, clock, cancel) : result;
    }

    static async ValueTask<DialResult> CallAsync(PeerEndpoint target, SmtpClientSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        if (settings.Refusal is { } refusal) return new DialResult.Broken(refusal);
        Socket socket;
        try
        {
            socket = settings.Connect is { } connect ? await connect(target, settings, clock, cancel)
                : await PeerSocket.ConnectAsync(new IPEndPoint(target.Address, target.Port), settings, clock, cancel);
        }
        // It was there and hung up before its banner could be read.
        catch (PeerException error) when (error.Kind == TroubleKind.Lost) { return new DialResult.Broken(error.After(SmtpStep.Banner, SmtpOpening.FirstCommand)); }
        catch (PeerException error) { return new DialResult.Broken(error.After(SmtpStep.Connect, "connection")); }
        var proxy = settings.Connect is null ? null : PeerSocket.RemoteOf(socket);
        return await GreetAsync(new SmtpPeer(new NetworkStream(socket, ownsSocket: true), socket, target, clock) { Proxy = proxy }, settings, cancel);
    }

    /// <summary>The same over a connection that exists (a local socket, a command). The peer is closed unless the result is Opened.</summary>
    public static async ValueTask<DialResult> GreetAsync(SmtpPeer peer, SmtpClientSettings settings, CancellationToken cancel)
    {
        DialResult? result = null;
        try { return result = await new SmtpOpening(peer, settings).RunAsync(cancel); }
        finally { if (result is not DialResult.Opened) await peer.DisposeAsync(); }
    }
}
