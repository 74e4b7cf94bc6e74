using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Network;

/// <summary>Takes the header off a connection that nobody has read from yet, and not a byte more: what follows may be the beginning of TLS.</summary>
static class ProxyHeaderReader
{
    /// <summary>proxy-protocol.txt 2.1: the longest line of version 1, with CRLF.</summary>
    const int LongestLine = 107;

    /// <summary>Addresses and a certificate's worth of extensions; the protocol would allow 65,535 bytes of a peer whom we do not know yet.</summary>
    const int LongestRest = 4096;

    /// <summary>Broken when it does not come within the time; throws for cancellation and where the connection fails.</summary>
    public static async ValueTask<ProxyHeader> ReadAsync(Socket socket, TimeSpan patience, TimeProvider clock, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancel);
        try { return await ReadAsync(socket, either.Token).ConfigureAwait(false); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return new ProxyHeader.Broken("it did not come in time"); }
    }

    static async ValueTask<ProxyHeader> ReadAsync(Socket socket, CancellationToken cancel)
    {
        var buffer = new byte[LongestLine];
        for (var length = 0; length < LongestLine;)
        {
            // Byte by byte: a read of more could take what follows the header. Proxies are few, and their headers short.
            if (await socket.ReceiveAsync(buffer.AsMemory(length, 1), SocketFlags.None, cancel).ConfigureAwait(false) == 0) return new ProxyHeader.Broken("the connection ended");
            length++;
            if (Begins(buffer.AsSpan(0, length), ProxyHeaderParser.Signature))
            {
                if (length == ProxyHeaderParser.FixedLength) return await RestAsync(socket, buffer.AsMemory(0, length), cancel).ConfigureAwait(false);
            }
            else if (!Begins(buffer.AsSpan(0, length), ProxyHeaderParser.Word)) return new ProxyHeader.Broken("the connection does not begin with it");
            else if (buffer.AsSpan(0, length).EndsWith("\r\n"u8)) return ProxyHeaderParser.Version1(Encoding.Latin1.GetString(buffer, 0, length - 2));
        }
        return new ProxyHeader.Broken($"its line is longer than {LongestLine} bytes");
    }

    static bool Begins(ReadOnlySpan<byte> read, ReadOnlySpan<byte> expected) => read.Length < expected.Length ? expected.StartsWith(read) : read.StartsWith(expected);

    static async ValueTask<ProxyHeader> RestAsync(Socket socket, ReadOnlyMemory<byte> start, CancellationToken cancel)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(start.Span[14..]);
        if (length > LongestRest) return new ProxyHeader.Broken($"it is longer than {LongestRest} bytes");
        var rest = new byte[length];
        for (var read = 0; read < length;)
        {
            var got = await socket.ReceiveAsync(rest.AsMemory(read), SocketFlags.None, cancel).ConfigureAwait(false);
            if (got == 0) return new ProxyHeader.Broken("the connection ended");
            read += got;
        }
        return ProxyHeaderParser.Version2(start.Span, rest);
    }
}
