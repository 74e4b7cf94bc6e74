using System.Buffers;
using ScriptMta.Common;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>How local transports write a message: line ends, and what protects lines that look like a separator.</summary>
sealed record MessageForm(bool UseCrlf, byte[] Check, byte[] Escape)
{
    public LineEncoder Encoder() => new(UseCrlf ? LineEncoder.Crlf : LineEncoder.Lf, Check, Escape);
}

/// <summary>
/// Produces prefix, header section, body and suffix in pieces of at most <see cref="PieceSize"/>, so that memory does not grow with the message. Prefix and suffix are verbatim.
/// </summary>
static class MessageWriter
{
    /// <summary>Most messages are one write; a large one costs no more memory than this.</summary>
    public const int PieceSize = 64 * 1024;

    /// <summary>Returns the number of bytes that went out.</summary>
    public static async ValueTask<long> WriteAsync(TransportJob job, TransportOptions options, MessageForm form, string headers, string prefix, string suffix,
        Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken cancel)
    {
        var output = new ArrayBufferWriter<byte>((int)Math.Min(PieceSize * 2, headers.Length + job.BodyLength + 512));
        var encoder = form.Encoder();
        long written = 0;
        output.Write(Latin1.Encode(prefix));
        encoder.Encode(Latin1.Encode(headers), output);
        if (!options.HeadersOnly)
        {
            await using var body = await job.OpenBody(cancel);
            var piece = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(job.BodyLength + 1, 512, PieceSize));
            try
            {
                int read;
                while ((read = await body.ReadAsync(piece, cancel)) > 0)
                {
                    encoder.Encode(piece.AsSpan(0, read), output);
                    if (output.WrittenCount >= PieceSize) written += await FlushAsync(output, write, cancel);
                }
            }
            finally { ArrayPool<byte>.Shared.Return(piece); }
        }
        encoder.Finish(output);
        output.Write(Latin1.Encode(suffix));
        return written + await FlushAsync(output, write, cancel);
    }

    static async ValueTask<int> FlushAsync(ArrayBufferWriter<byte> output, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> write, CancellationToken cancel)
    {
        var count = output.WrittenCount;
        await write(output.WrittenMemory, cancel);
        output.ResetWrittenCount();
        return count;
    }
}
