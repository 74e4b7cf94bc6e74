using System.Collections.Immutable;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>Problem is null when the whole message was understood, else why the tree is not all of it.</summary>
sealed record MimeTree(MimePart Root, string? Problem);

/// <summary>
/// Finds the parts of a message in one pass over its body, line by line, with memory bounded whatever the message (RFC 2046 5.1). Unclosed
/// multiparts end where the message or the part round them ends.
/// </summary>
sealed class MimeReader
{
    /// <summary>Bytes of a line that are kept: a boundary has at most 70 characters (RFC 2046 5.1.1), but some programs make longer ones.</summary>
    const int MaxLine = 1000;

    readonly MimeLimits _limits;
    readonly List<Frame> _open = [];
    readonly StringBuilder _header = new();
    int _parts = 1;
    bool _inHeader;
    long _headerStart;
    string? _problem;

    MimeReader(MimeLimits limits) => _limits = limits;

    /// <summary>A part whose end has not been seen. Boundary is null for leaves and for messages inside.</summary>
    sealed class Frame(HeaderSection headers, long start, long headerStart)
    {
        public long HeaderStart { get; } = headerStart;
        public HeaderSection Headers { get; } = headers;
        public long Start { get; } = start;
        public string? Boundary { get; init; }
        public List<MimePart> Children { get; } = [];
    }

    /// <param name="headers">The message's own header section.</param>
    /// <param name="body">Seekable, from position 0: the body without header section.</param>
    public static MimeTree Read(HeaderSection headers, Stream body, MimeLimits limits)
    {
        var reader = new MimeReader(limits);
        reader.Open(headers, 0, 0);
        body.Position = 0;
        var end = reader.ReadLines(body);
        if (reader._inHeader) reader.EndHeader(end);
        while (reader._open.Count > 1) reader.Close(end);
        return new(Finish(reader._open[0], end, 0), reader._problem);
    }

    /// <summary>A whole message, header section first, as a message inside stands in its part. Its root is the message itself.</summary>
    public static MimeTree ReadMessage(Stream message, MimeLimits limits)
    {
        var reader = new MimeReader(limits);
        reader._open.Add(new(HeaderSection.Empty, 0, 0));
        reader.BeginHeader(0);
        message.Position = 0;
        var end = reader.ReadLines(message);
        if (reader._inHeader) reader.EndHeader(end);
        while (reader._open.Count > 1) reader.Close(end);
        return new(reader._open[0].Children is [var root, ..] ? root : Finish(reader._open[0], end, 0), reader._problem);
    }

    void Open(HeaderSection headers, long start, long headerStart)
    {
        var content = MimeFields.Content(headers);
        var type = MimeFields.Type(headers);
        var boundary = type.StartsWith("multipart/", StringComparison.Ordinal) ? content.Find("boundary") : null;
        _open.Add(new(headers, start, headerStart) { Boundary = boundary is { Length: > 0 and < MaxLine - 4 } && MayNest() ? boundary.TrimSpaceAtEnd() : null });
        // RFC 2046 5.2.1: a message inside is never encoded, so it can be read in place. One that is all the same is content like other.
        if (type == "message/rfc822" && MimeFields.TransferEncoding(headers) is not ("base64" or "quoted-printable") && MayNest() && MayAdd()) BeginHeader(start);
    }

    bool MayNest()
    {
        if (_open.Count < _limits.Depth) return true;
        _problem ??= $"parts nested more than {_limits.Depth} deep";
        return false;
    }

    bool MayAdd()
    {
        if (_parts++ < _limits.Parts) return true;
        _problem ??= $"more than {_limits.Parts} parts";
        return false;
    }

    void BeginHeader(long start)
    {
        _inHeader = true;
        _headerStart = start;
        _header.Clear();
    }

    /// <summary>The length of the body.</summary>
    long ReadLines(Stream body)
    {
        var line = new List<byte>(MaxLine);
        var buffer = new byte[32 * 1024];
        long lineStart = 0, position = 0, lastEnd = 0;
        byte before = 0;
        for (int count; (count = body.Read(buffer)) > 0;)
            for (var at = 0; at < count;)
            {
                var feed = buffer.AsSpan(at, count - at).IndexOf((byte)'\n');
                var length = feed < 0 ? count - at : feed + 1;
                if (line.Count < MaxLine || _inHeader) line.AddRange(buffer.AsSpan(at, _inHeader ? length : Math.Min(length, MaxLine - line.Count)));
                at += length;
                position += length;
                if (feed < 0) before = buffer[at - 1];
                if (feed < 0 && !(_inHeader && _header.Length + line.Count > _limits.HeaderSection)) continue;
                Line(Latin1.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line)), lineStart, lastEnd);
                lastEnd = (length > 1 ? buffer[at - 2] : before) == '\r' ? 2 : 1;
                lineStart = position;
                line.Clear();
            }
        if (line.Count > 0) Line(Latin1.Decode(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(line)), lineStart, lastEnd);
        return position;
    }

    /// <param name="before">Length of the line end before the line: it belongs to the boundary (RFC 2046 5.1.1).</param>
    void Line(string line, long start, long before)
    {
        if (line.StartsWith("--", StringComparison.Ordinal) && Boundary(line.AsSpan(2).TrimEnd(" \t\r\n"), out var isLast) is { } depth)
        {
            if (_inHeader) EndHeader(start);
            for (var end = start - before; _open.Count > depth + 1;)
            {
                end = Math.Max(end, _open[^1].Start);
                Close(end, (int)(start - end));
            }
            if (!isLast && MayAdd()) BeginHeader(start + line.Length);
            return;
        }
        if (!_inHeader) return;
        if (!HeaderParser.Continues(line, isFirst: _header.Length == 0))
        {
            // What is no field ends the section, as in the message itself: it may be the first boundary of the part that begins here.
            EndHeader(start);
            Line(line, start, before);
            return;
        }
        _header.Append(line);
        if (line is "\n" or "\r\n" || _header.Length > _limits.HeaderSection) EndHeader(start + line.Length);
    }

    /// <summary>The place in the stack of open multiparts that this line ends a part of, innermost first.</summary>
    int? Boundary(ReadOnlySpan<char> text, out bool isLast)
    {
        isLast = false;
        for (var i = _open.Count - 1; i >= 0; i--)
        {
            if (_open[i].Boundary is not { } boundary || !text.StartsWith(boundary, StringComparison.Ordinal)) continue;
            var rest = text[boundary.Length..];
            if (rest.Length != 0 && !rest.SequenceEqual("--")) continue;
            isLast = rest.Length != 0;
            return i;
        }
        return null;
    }

    void EndHeader(long end)
    {
        _inHeader = false;
        var text = _header.ToString();
        if (text.Length > _limits.HeaderSection) _problem ??= $"a part's header section of more than {_limits.HeaderSection} bytes";
        var parsed = HeaderParser.Parse(text, new(_limits.HeaderSection));
        Open(parsed.Headers, Math.Min(end, _headerStart + parsed.BodyStart), _headerStart);
    }

    void Close(long end, int lineEnd = 0)
    {
        var frame = _open[^1];
        _open.RemoveAt(_open.Count - 1);
        _open[^1].Children.Add(Finish(frame, end, _open.Count) with { LineEnd = lineEnd });
    }

    static MimePart Finish(Frame frame, long end, int depth) => new()
    {
        Headers = frame.Headers, HeaderStart = frame.HeaderStart, Start = frame.Start, Length = Math.Max(0, end - frame.Start), Depth = depth, Children = [.. frame.Children],
    };
}
