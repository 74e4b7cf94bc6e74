using System.Buffers.Binary;

namespace ScriptMta.Network;

/// <summary>Whether the server's first flight goes on with an earlier session, which the platform does not tell.</summary>
static class ServerHello
{
    const byte ServerHelloMessage = 2, CertificateMessage = 11;
    const int PreSharedKey = 41, SupportedVersions = 43;

    /// <summary>RFC 8446 4.1.3: a hello with this random only asks for another ClientHello.</summary>
    static ReadOnlySpan<byte> RetryRandom =>
    [
        0xCF, 0x21, 0xAD, 0x74, 0xE5, 0x9A, 0x61, 0x11, 0xBE, 0x1D, 0x8C, 0x02, 0x1E, 0x65, 0xB8, 0x91, 0xC2, 0xA2, 0x11, 0x16, 0x7A, 0xBB, 0x8C, 0x5E, 0x07, 0x9E, 0x09, 0xE2, 0xC8, 0xA8, 0x33, 0x9C,
    ];

    /// <summary>TLS 1.3: a pre-shared key was taken. TLS 1.2: no certificate follows (RFC 5077 3.1).</summary>
    public static bool Resumes(ReadOnlySpan<byte> sent)
    {
        Span<byte> joined = new byte[sent.Length];
        ReadOnlySpan<byte> messages = joined[..Records(sent, joined)];
        while (messages.Length >= 4)
        {
            var (kind, size) = (messages[0], messages[1] << 16 | messages[2] << 8 | messages[3]);
            if (kind != ServerHelloMessage || size > messages.Length - 4) return false;
            var body = messages.Slice(4, size);
            messages = messages[(4 + size)..];
            if (body.Length >= 34 && body.Slice(2, 32).SequenceEqual(RetryRandom)) continue;
            return ReadBody(body, out var isModern) && (isModern ? HasKey(body) : messages.Length == 0 || messages[0] != CertificateMessage);
        }
        return false;
    }

    /// <summary>As <see cref="ClientHello.Join"/>, but over a change of cipher that stands between two hellos.</summary>
    static int Records(ReadOnlySpan<byte> sent, Span<byte> joined)
    {
        var length = ClientHello.Join(sent, joined);
        for (var at = 0; at + 5 < sent.Length; at += 5 + BinaryPrimitives.ReadUInt16BigEndian(sent[(at + 3)..]))
            if (sent[at] == 20 && at > 0 && at + 6 < sent.Length) return length + ClientHello.Join(sent[(at + 6)..], joined[length..]);
        return length;
    }

    static bool ReadBody(ReadOnlySpan<byte> body, out bool isModern)
    {
        isModern = false;
        if (!TryExtensions(body, out var rest)) return body.Length >= 38;
        while (ClientHello.TryExtension(ref rest, out var kind, out _)) isModern |= kind == SupportedVersions;
        return true;
    }

    static bool HasKey(ReadOnlySpan<byte> body)
    {
        if (!TryExtensions(body, out var rest)) return false;
        while (ClientHello.TryExtension(ref rest, out var kind, out _))
            if (kind == PreSharedKey) return true;
        return false;
    }

    static bool TryExtensions(ReadOnlySpan<byte> body, out ReadOnlySpan<byte> rest)
    {
        rest = body;
        return ClientHello.Skip(ref rest, 34) && ClientHello.SkipVector(ref rest, 1) && ClientHello.Skip(ref rest, 3) && ClientHello.Skip(ref rest, 2);
    }
}
