using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Transports;

/// <summary>
/// message_linelength_action = reencode: the parts of a message that hold lines longer than a server has to take (RFC 5321 4.5.3.1.6) get a transfer encoding with short lines; all else stays as it is.
/// Not possible where the long line stands in a header section or between parts, in what must not be encoded (RFC 2045 6.4) or in what a signature covers (RFC 1847 2.1).
/// </summary>
static class LongLines
{
    /// <summary>The job with a message that fits; null where it cannot be made to.</summary>
    public static async ValueTask<TransportJob?> FitAsync(TransportJob job, int limit, CancellationToken cancel)
    {
        await using var body = await job.OpenBody(cancel);
        if (!body.CanSeek || job.Headers.Fields.Any(f => f.ToString().Split('\n').Any(line => line.Length > limit))) return null;
        var tree = MimeReader.Read(job.Headers, body, MimeLimits.Default);
        var wide = new List<MimePart>();
        if (tree.Problem is not null || !Collect(tree.Root, body, limit, isSigned: false, wide)) return null;
        var segments = Segments(wide, tree.Root.Length, out var gaps);
        if (gaps.Exists(g => IsWide(new StreamSection(body, g.Start, g.Length), limit))) return null;
        var headers = wide is [{ Depth: 0 } whole] ? WithEncoding(Described(job.Headers, whole, body), whole) : job.Headers;
        return job with { Headers = headers, OpenBody = async token => new ReencodedBody(await job.OpenBody(token), segments) };
    }

    /// <summary>False where a part with a long line must stay as it is.</summary>
    static bool Collect(MimePart part, Stream body, int limit, bool isSigned, List<MimePart> wide)
    {
        isSigned |= part.ContentType == "multipart/signed";
        foreach (var child in part.Children)
            if (!Collect(child, body, limit, isSigned, wide)) return false;
        if (!part.Children.IsEmpty || !IsWide(new StreamSection(body, part.Start, part.Length), limit)) return true;
        if (isSigned || part.ContentType.StartsWith("multipart/", StringComparison.Ordinal) || part.ContentType.StartsWith("message/", StringComparison.Ordinal)) return false;
        wide.Add(part);
        return true;
    }

    static List<BodySegment> Segments(List<MimePart> wide, long end, out List<BodySegment.Raw> gaps)
    {
        var segments = new List<BodySegment>();
        long at = 0;
        foreach (var part in wide)
        {
            if (part.Depth > 0)
            {
                segments.Add(new BodySegment.Raw(at, part.HeaderStart - at));
                segments.Add(new BodySegment.Text(Latin1.Encode(WithEncoding(part.Headers, part).ToWire() + "\r\n")));
            }
            segments.Add(new BodySegment.Encoded(part));
            at = part.Start + part.Length;
        }
        segments.Add(new BodySegment.Raw(at, end - at));
        gaps = [.. segments.OfType<BodySegment.Raw>()];
        return segments;
    }

    static HeaderSection WithEncoding(HeaderSection headers, MimePart part) =>
        headers.Remove("Content-Transfer-Encoding").Append(HeaderField.Create("Content-Transfer-Encoding", ReencodedBody.EncodingOf(part)));

    /// <summary>What was plain text by default becomes so by its fields (RFC 2045 4); bytes that nobody has named stay unnamed (RFC 1428 3).</summary>
    static HeaderSection Described(HeaderSection headers, MimePart whole, Stream body)
    {
        if (!headers.Has("MIME-Version")) headers = headers.Append(HeaderField.Create("MIME-Version", "1.0"));
        if (headers.Has("Content-Type")) return headers;
        var isAscii = Pieces(new StreamSection(body, whole.Start, whole.Length)).All(piece => piece.Span.IndexOfAnyInRange((byte)128, (byte)255) < 0);
        return headers.Append(HeaderField.Create("Content-Type", $"text/plain; charset={(isAscii ? "us-ascii" : "unknown-8bit")}"));
    }

    static bool IsWide(Stream text, int limit)
    {
        var length = 0L;
        foreach (var piece in Pieces(text))
            for (var rest = piece.Span; rest.Length > 0;)
            {
                var feed = rest.IndexOf((byte)'\n');
                length += feed < 0 ? rest.Length : feed;
                if (length > limit + 1) return true;
                if (feed < 0) break;
                length = 0;
                rest = rest[(feed + 1)..];
            }
        return length > limit;
    }

    static IEnumerable<ReadOnlyMemory<byte>> Pieces(Stream text)
    {
        var piece = new byte[32 * 1024];
        for (int read; (read = text.Read(piece, 0, piece.Length)) > 0;) yield return piece.AsMemory(0, read);
    }
}
