using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace ScriptMta.Dns;

/// <summary>The outcome of asking one server once.</summary>
abstract record ExchangeResult
{
    ExchangeResult() { }
    public sealed record Replied(DnsMessage Message) : ExchangeResult;
    public sealed record Failed(string Reason) : ExchangeResult;
}

/// <summary>
/// One question to one server: UDP from a new socket (so a random port, RFC 5452 9.2) with a random id, then TCP if the reply was cut. Packets that do not
/// answer the question are passed over: they may be forged, so they must not end the wait.
/// </summary>
sealed class DnsExchange(ResolverOptions options, TimeProvider clock)
{
    /// <summary>Wrong packets before the server is given up: someone is guessing ids.</summary>
    const int MaxWrongReplies = 50;

    public async ValueTask<ExchangeResult> AskAsync(IPEndPoint server, string name, DnsType type, bool withEdns, CancellationToken cancel)
    {
        var id = (ushort)RandomNumberGenerator.GetInt32(0x10000);
        if (DnsMessage.EncodeQuery(id, name, type, withEdns, options.DnssecOk) is not { } query) return new ExchangeResult.Failed("name cannot be encoded");
        var reply = await WithinAsync(options.TryTimeout, server, token => UdpAsync(server, query, id, name, type, token), cancel).ConfigureAwait(false);
        return reply is ExchangeResult.Replied { Message.IsTruncated: true }
            ? await WithinAsync(options.TcpTimeout, server, token => TcpAsync(server, query, id, name, type, token), cancel).ConfigureAwait(false)
            : reply;
    }

    async ValueTask<ExchangeResult> WithinAsync(TimeSpan time, IPEndPoint server, Func<CancellationToken, ValueTask<ExchangeResult>> exchange, CancellationToken cancel)
    {
        using var timeout = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancel);
        try { return await exchange(either.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return new ExchangeResult.Failed($"{server}: no reply in {time.TotalSeconds:0.#}s"); }
        catch (SocketException error) { return new ExchangeResult.Failed($"{server}: {error.SocketErrorCode}"); }
        catch (IOException error) { return new ExchangeResult.Failed($"{server}: {error.Message}"); }
    }

    static async ValueTask<ExchangeResult> UdpAsync(IPEndPoint server, byte[] query, ushort id, string name, DnsType type, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        // Connected: the kernel drops packets from other addresses, and reports a closed port at once.
        await socket.ConnectAsync(server, cancel).ConfigureAwait(false);
        await socket.SendAsync(query, SocketFlags.None, cancel).ConfigureAwait(false);
        var buffer = new byte[MaxUdp];
        for (var wrong = 0; wrong < MaxWrongReplies; wrong++)
        {
            var length = await socket.ReceiveAsync(buffer, SocketFlags.None, cancel).ConfigureAwait(false);
            if (DnsMessage.TryDecode(buffer.AsSpan(0, length)) is { } message && message.Replies(id, name, type)) return new ExchangeResult.Replied(message);
        }
        return new ExchangeResult.Failed($"{server}: {MaxWrongReplies} packets that do not answer the question");
    }

    /// <summary>More than we announce, for servers that do not listen.</summary>
    const int MaxUdp = 4096;

    /// <summary>RFC 1035 4.2.2: two bytes of length before each message.</summary>
    static async ValueTask<ExchangeResult> TcpAsync(IPEndPoint server, byte[] query, ushort id, string name, DnsType type, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server, cancel).ConfigureAwait(false);
        await using var stream = new NetworkStream(socket, ownsSocket: false);
        await stream.WriteAsync((byte[])[(byte)(query.Length >> 8), (byte)query.Length, .. query], cancel).ConfigureAwait(false);
        var prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, cancel).ConfigureAwait(false);
        var reply = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(reply, cancel).ConfigureAwait(false);
        return DnsMessage.TryDecode(reply) is { } message && message.Replies(id, name, type) && !message.IsTruncated
            ? new ExchangeResult.Replied(message)
            : new ExchangeResult.Failed($"{server}: malformed reply over TCP");
    }
}
