using System.Buffers.Binary;

namespace ScriptMta.Network;

/// <summary>What a client says before anything is decided (RFC 8446 4.1.2), as far as the choice of a certificate and the report of a resumption need it.</summary>
/// <param name="SignatureSchemes">RFC 8446 4.2.3; empty where the client names none.</param>
/// <param name="OffersSession">It asks to go on with an earlier session: a ticket or a pre-shared key.</param>
sealed record ClientHello(IReadOnlyList<ushort> SignatureSchemes, bool OffersSession, bool OffersProtocols)
{
    const int SupportedTicket = 35, Schemes = 13, Protocols = 16, PreSharedKey = 41;
    const byte HandshakeRecord = 22, ClientHelloMessage = 1;

    /// <summary>From the bytes that the client has sent so far; null when they are not, or not yet, one whole ClientHello.</summary>
    public static ClientHello? Parse(ReadOnlySpan<byte> sent)
    {
        Span<byte> joined = new byte[sent.Length];
        var length = Join(sent, joined);
        if (length < 4 || joined[0] != ClientHelloMessage) return null;
        var size = joined[1] << 16 | joined[2] << 8 | joined[3];
        return size > length - 4 ? null : ReadBody(joined.Slice(4, size));
    }

    /// <summary>The handshake messages without the heads of their records.</summary>
    public static int Join(ReadOnlySpan<byte> records, Span<byte> messages)
    {
        var length = 0;
        while (records.Length > 5 && records[0] == HandshakeRecord)
        {
            var size = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(records[3..]), records.Length - 5);
            records.Slice(5, size).CopyTo(messages[length..]);
            length += size;
            records = records[(5 + size)..];
        }
        return length;
    }

    static ClientHello? ReadBody(ReadOnlySpan<byte> body)
    {
        // Version and random; then session id, cipher suites and compression methods, each with its length.
        if (!Skip(ref body, 34) || !SkipVector(ref body, 1) || !SkipVector(ref body, 2) || !SkipVector(ref body, 1)) return null;
        var (schemes, offersSession, offersProtocols) = (new List<ushort>(), false, false);
        Skip(ref body, 2);
        while (TryExtension(ref body, out var kind, out var data))
        {
            if (kind == Schemes) for (data = data.Length < 2 ? default : data[2..]; data.Length >= 2; data = data[2..]) schemes.Add(BinaryPrimitives.ReadUInt16BigEndian(data));
            offersSession |= kind == PreSharedKey || (kind == SupportedTicket && data.Length > 0);
            offersProtocols |= kind == Protocols;
        }
        return new(schemes, offersSession, offersProtocols);
    }

    public static bool TryExtension(ref ReadOnlySpan<byte> rest, out int kind, out ReadOnlySpan<byte> data)
    {
        kind = -1;
        data = default;
        if (rest.Length < 4) return false;
        kind = BinaryPrimitives.ReadUInt16BigEndian(rest);
        var size = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
        if (rest.Length < 4 + size) return false;
        data = rest.Slice(4, size);
        rest = rest[(4 + size)..];
        return true;
    }

    public static bool Skip(ref ReadOnlySpan<byte> rest, int count)
    {
        if (rest.Length < count) return false;
        rest = rest[count..];
        return true;
    }

    /// <param name="lengthBytes">1 or 2.</param>
    public static bool SkipVector(ref ReadOnlySpan<byte> rest, int lengthBytes)
    {
        if (rest.Length < lengthBytes) return false;
        var size = lengthBytes == 1 ? rest[0] : BinaryPrimitives.ReadUInt16BigEndian(rest);
        return Skip(ref rest, lengthBytes + size);
    }
}
