using System.Buffers;

namespace ScriptMta.Smtp;

/// <summary>A message's content after DATA: dots doubled, lines with CRLF, the final dot (RFC 5321 4.5.2). One message, one owner.</summary>
sealed class ContentSender(SmtpPeer peer, TimeSpan limit)
{
    /// <summary>One write of message data: big enough for most messages, small against the memory of many connections.</summary>
    const int WriteSize = 32 * 1024;

    /// <summary>Bytes sent.</summary>
    public long Written { get; private set; }

    /// <summary>Throws <see cref="PeerException"/>.</summary>
    public async ValueTask SendAsync(Func<ContentWriter, CancellationToken, ValueTask> content, CancellationToken cancel)
    {
        var encoder = LineEncoder.ForSmtp();
        var buffer = new ArrayBufferWriter<byte>(4096);
        await content(async (piece, token) =>
        {
            for (; piece.Length > 0; piece = piece[Math.Min(piece.Length, WriteSize)..])
            {
                encoder.Encode(piece.Span[..Math.Min(piece.Length, WriteSize)], buffer);
                if (buffer.WrittenCount >= WriteSize) await FlushAsync(buffer, token);
            }
        }, cancel);
        encoder.Finish(buffer);
        buffer.Write(".\r\n"u8);
        await FlushAsync(buffer, cancel);
    }

    async ValueTask FlushAsync(ArrayBufferWriter<byte> buffer, CancellationToken cancel)
    {
        await peer.SendAsync(buffer.WrittenMemory, limit, cancel);
        Written += buffer.WrittenCount;
        buffer.ResetWrittenCount();
    }
}
