using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Transports;

/// <summary>A stretch of a body that is put together anew.</summary>
abstract record BodySegment
{
    BodySegment() { }
    public sealed record Raw(long Start, long Length) : BodySegment;
    public sealed record Text(byte[] Bytes) : BodySegment;
    /// <summary>The part's body with short lines.</summary>
    public sealed record Encoded(MimePart Part) : BodySegment;
}

/// <summary>A body out of segments of another, which it owns. Reading only.</summary>
sealed class ReencodedBody(Stream body, IReadOnlyList<BodySegment> segments) : ForwardStream
{
    int _next;
    Stream? _current;

    /// <summary>What is encoded already stays so, with its lines broken anew; what is not becomes quoted-printable.</summary>
    public static string EncodingOf(MimePart part) => part.TransferEncoding == "base64" ? "base64" : "quoted-printable";

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            if (_current?.Read(buffer) is > 0 and var read) return read;
            if (_next == segments.Count || buffer.Length == 0) return 0;
            _current = Open(segments[_next++]);
        }
    }

    Stream Open(BodySegment segment) => segment switch
    {
        BodySegment.Raw raw => new StreamSection(body, raw.Start, raw.Length),
        BodySegment.Text text => new MemoryStream(text.Bytes, writable: false),
        BodySegment.Encoded { Part: var part } => new TransferEncoder(part.OpenDecoded(body), EncodingOf(part) == "base64" ? new Base64Encoding() : new QuotedPrintableEncoding()),
        _ => throw new ArgumentException("unknown segment", nameof(segment)),
    };

    public override async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        await base.DisposeAsync();
    }
}
