using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Smtp;

/// <summary>
/// What a person may see of what is said to a server and by it. Only commands that are known not to hold secrets are shown; the content of a message, the data
/// of AUTH and whatever is no such command are shown as a number of bytes, so that a watcher who comes in the middle sees no password either.
/// </summary>
static class SpokenLines
{
    static readonly string[] Shown = ["EHLO", "HELO", "LHLO", "STARTTLS", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY"];

    /// <summary>RFC 5321 4.5.3.1.4 and its extensions; a longer line is shown cut.</summary>
    const int LongestLine = 1024;

    public static IEnumerable<string> Sent(ReadOnlySpan<byte> bytes)
    {
        var lines = new List<string>();
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf("\r\n"u8);
            var line = end < 0 ? bytes : bytes[..end];
            if (Command(line) is not { } shown)
            {
                lines.Add($"> ({bytes.Length} bytes)");
                break;
            }
            lines.Add("> " + shown);
            bytes = end < 0 ? default : bytes[(end + 2)..];
        }
        return lines;
    }

    /// <summary>Null: not to be shown.</summary>
    static string? Command(ReadOnlySpan<byte> line)
    {
        if (line.Length is < 4 or > 8 * LongestLine) return null;
        var text = Latin1.Decode(line);
        var verb = text.Split(' ', 2)[0];
        if (verb == "AUTH") return string.Join(' ', text.Split(' ').Take(2)) + (text.Split(' ').Length > 2 ? " ***" : "");
        return Shown.Contains(verb) ? Visible(text) : null;
    }

    public static IEnumerable<string> Received(PeerReply reply) =>
        reply.Code == 334 ? ["< 334 ***"] : reply.Text.Split('\n').Select(static line => "< " + Visible(line));

    /// <summary>Nothing that a terminal would obey.</summary>
    static string Visible(string text)
    {
        var visible = new StringBuilder(Math.Min(text.Length, LongestLine));
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, LongestLine))) visible.Append(c is < ' ' or '\x7f' or (>= '\x80' and < '\xa0') ? '?' : c);
        return visible.ToString();
    }
}
