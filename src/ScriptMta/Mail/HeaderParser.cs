using System.Collections.Immutable;
using System.Text;

namespace ScriptMta.Mail;

/// <summary>Upper bounds for one header section, in bytes. The defaults are those of header_maxsize and header_line_maxsize (0 = no bound of its own).</summary>
sealed record HeaderLimits(int Section = 1 << 20, int Field = 0)
{
    public static readonly HeaderLimits Default = new();
}

enum HeaderProblem
{
    None,
    /// <summary>A line that is no header field ended the section: it is the first line of the body, as in Exim.</summary>
    BodyWithoutBlankLine,
    /// <summary>The text ended before a blank line: all of it is header fields.</summary>
    NoBody,
    /// <summary>A limit was reached; what was read until then is in Headers, and the text from BodyStart on was not looked at.</summary>
    SectionTooLong,
    FieldTooLong,
}

/// <summary>BodyStart is the position of the first byte of the body in the text that was parsed.</summary>
sealed record ParsedHeaders(HeaderSection Headers, int BodyStart, HeaderProblem Problem);

/// <summary>Splits the header section from a message (RFC 5322 2.2). Lines end with LF or CRLF; a bare CR is data.</summary>
static class HeaderParser
{
    public static ParsedHeaders Parse(string text, HeaderLimits limits)
    {
        var fields = ImmutableArray.CreateBuilder<HeaderField>();
        var at = 0;
        while (true)
        {
            if (at >= text.Length) return Result(HeaderProblem.NoBody);
            if (BlankLength(text, at) is > 0 and var blank)
            {
                at += blank;
                return Result(HeaderProblem.None);
            }
            var colon = ColonPosition(text, at);
            if (colon < 0) return Result(HeaderProblem.BodyWithoutBlankLine);
            var end = FieldEnd(text, colon);
            if (end > limits.Section) return Result(HeaderProblem.SectionTooLong);
            if (limits.Field > 0 && end - at > limits.Field) return Result(HeaderProblem.FieldTooLong);
            fields.Add(new(text[at..colon], Body(text.AsSpan(colon + 1, end - colon - 1))));
            at = end;
        }

        ParsedHeaders Result(HeaderProblem problem) => new(new(fields.ToImmutable()), at, problem);
    }

    /// <summary>The "From " line of an mbox, which a local submitter may have left before the header section.</summary>
    public static bool IsMboxLine(ReadOnlySpan<char> line) => line.StartsWith("From ") || line.StartsWith(">From ");

    /// <summary>Whether a line belongs to the section as <see cref="Parse"/> has it: a field, more of the one before, or the blank line at the end.</summary>
    public static bool Continues(string line, bool isFirst) =>
        line.Length > 0 && (BlankLength(line, 0) > 0 || (!isFirst && line[0] is (' ' or '\t')) || ColonPosition(line, 0) >= 0);

    static int BlankLength(string text, int at) =>
        text[at] == '\n' ? 1 : text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n' ? 2 : 0;

    /// <summary>Where the colon after a field name stands, or -1: names are printable ASCII (RFC 5322 2.2), white space may stand before the colon (4.5).</summary>
    static int ColonPosition(string text, int start)
    {
        var at = start;
        while (at < text.Length && text[at] is > ' ' and < '\x7f' and not ':') at++;
        if (at == start) return -1;
        while (at < text.Length && text[at] is ' ' or '\t') at++;
        return at < text.Length && text[at] == ':' ? at : -1;
    }

    /// <summary>The position after the line end that no white space follows (RFC 5322 2.2.3).</summary>
    static int FieldEnd(string text, int at)
    {
        while (true)
        {
            var feed = text.IndexOf('\n', at);
            if (feed < 0) return text.Length;
            at = feed + 1;
            if (at >= text.Length || text[at] is not (' ' or '\t')) return at;
        }
    }

    static string Body(ReadOnlySpan<char> raw)
    {
        if (raw.EndsWith("\r\n")) raw = raw[..^2];
        else if (raw.EndsWith("\n")) raw = raw[..^1];
        return raw.Contains('\r') ? new StringBuilder().Append(raw).Replace("\r\n", "\n").ToString() : raw.ToString();
    }
}
