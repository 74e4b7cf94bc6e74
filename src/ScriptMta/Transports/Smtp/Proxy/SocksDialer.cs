using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>Connects through the first SOCKS5 proxy of a list that answers (RFC 1928, RFC 1929); the time limit of the transport holds for all of them together.</summary>
/// <param name="log">For what Exim logs of a proxy besides the error.</param>
sealed class SocksDialer(IReadOnlyList<SocksProxy> proxies, Action<string> log)
{
    const byte Version = 5, NoMethod = 0, NameMethod = 2, Connect = 1, IPv4 = 1, DomainName = 3, IPv6 = 4, NameVersion = 1;

    /// <summary>What the replies 1 to 8 of RFC 1928 6 are as errors of the system, as Exim has them.</summary>
    static PeerException Failure(byte reply) => reply switch
    {
        1 => new(TroubleKind.Proxy, "Input/output error", 5),
        2 => Denied,
        3 => new(TroubleKind.Unreachable, "Network is unreachable", 101),
        4 => new(TroubleKind.Unreachable, "No route to host", 113),
        5 => new(TroubleKind.Refused, "Connection refused", Errnos.Refused),
        6 => new(TroubleKind.Proxy, "Operation canceled", 125),
        7 => new(TroubleKind.Proxy, "Operation not supported", 95),
        8 => new(TroubleKind.Proxy, "Address family not supported by protocol", 97),
        _ => Confused,
    };

    static PeerException Denied => new(TroubleKind.Proxy, "Permission denied", 13);
    static PeerException Confused => new(TroubleKind.Proxy, "Protocol error", 71);
    static PeerException TimedOut => new(TroubleKind.ConnectTimeout, "Connection timed out", Errnos.TimedOut);

    public async ValueTask<Socket> ConnectAsync(PeerEndpoint target, SmtpClientSettings settings, TimeProvider clock, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(settings.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        foreach (var proxy in proxies)
        {
            Socket socket;
            try { socket = await PeerSocket.ConnectAsync(proxy.Address, settings with { ConnectTimeout = proxy.Patience }, clock, either.Token).ConfigureAwait(false); }
            catch (PeerException error) { log($"socks_sock_connect: {error.Message}"); continue; }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { throw TimedOut; }
            return await ThroughAsync(socket, proxy, target, clock, either.Token, cancel).ConfigureAwait(false);
        }
        throw new PeerException(TroubleKind.Proxy, "Device or resource busy", 16);
    }

    async ValueTask<Socket> ThroughAsync(Socket socket, SocksProxy proxy, PeerEndpoint target, TimeProvider clock, CancellationToken limit, CancellationToken cancel)
    {
        var isDone = false;
        try
        {
            using var stream = new NetworkStream(socket, ownsSocket: false);
            using var patience = new CancellationTokenSource(proxy.Patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit, patience.Token);
            await AgreeAsync(stream, proxy, either.Token).ConfigureAwait(false);
            await AskAsync(stream, target, limit).ConfigureAwait(false);
            isDone = true;
            return socket;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { throw TimedOut; }
        catch (IOException error) when (error is not PeerException) { throw new PeerException(TroubleKind.Proxy, "Connection reset by peer", 104); }
        finally { if (!isDone) socket.Dispose(); }
    }

    /// <summary>RFC 1928 3; RFC 1929.</summary>
    async ValueTask AgreeAsync(NetworkStream stream, SocksProxy proxy, CancellationToken cancel)
    {
        var method = proxy.User is null ? NoMethod : NameMethod;
        await stream.WriteAsync(new byte[] { Version, 1, method }, cancel).ConfigureAwait(false);
        var answer = await ReadAsync(stream, 2, cancel).ConfigureAwait(false);
        if (answer[0] != Version || answer[1] != method)
        {
            log($"Unrecognised socks auth method {answer[1]}");
            throw Confused;
        }
        if (proxy.User is null) return;
        var (user, password) = (Latin1.Encode(proxy.User), Latin1.Encode(proxy.Password));
        await stream.WriteAsync((byte[])[NameVersion, (byte)user.Length, .. user, (byte)password.Length, .. password], cancel).ConfigureAwait(false);
        answer = await ReadAsync(stream, 2, cancel).ConfigureAwait(false);
        if (answer[1] == 0) return;
        log("socks auth failed");
        throw Denied;
    }

    /// <summary>RFC 1928 4 and 6.</summary>
    static async ValueTask AskAsync(NetworkStream stream, PeerEndpoint target, CancellationToken cancel)
    {
        var port = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(port, (ushort)target.Port);
        await stream.WriteAsync((byte[])[Version, Connect, 0, target.Address.AddressFamily == AddressFamily.InterNetworkV6 ? IPv6 : IPv4, .. target.Address.GetAddressBytes(), .. port], cancel).ConfigureAwait(false);
        var answer = await ReadAsync(stream, 4, cancel).ConfigureAwait(false);
        if (answer[0] != Version) throw Confused;
        if (answer[1] != 0) throw Failure(answer[1]);
        var rest = answer[3] switch { IPv4 => 4, IPv6 => 16, DomainName => (await ReadAsync(stream, 1, cancel).ConfigureAwait(false))[0], _ => throw Confused };
        await ReadAsync(stream, rest + 2, cancel).ConfigureAwait(false);
    }

    static async ValueTask<byte[]> ReadAsync(NetworkStream stream, int count, CancellationToken cancel)
    {
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, cancel).ConfigureAwait(false);
        return bytes;
    }
}
