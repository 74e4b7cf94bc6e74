using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>
/// A message made here. Its body is Prefix, then (when <see cref="TakesOriginal"/>) the bytes of the original that the caller streams,
/// then Suffix; both have CRLF line ends. Headers lack Received, which the spool's caller adds.
/// </summary>
sealed record BuiltMessage(HeaderSection Headers, string Prefix, string Suffix, bool TakesOriginal)
{
    /// <summary>Text of rules or files to a body: any line end becomes CRLF, and the last line has one.</summary>
    public static string Lines(string text)
    {
        var result = new StringBuilder(text.Length + 16);
        foreach (var line in text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n')) result.Append(line).Append("\r\n");
        return result.ToString();
    }

    /// <summary>A value on one line of a header or report: no text from a stranger may begin a line of its own.</summary>
    public static string OneLine(string text)
    {
        if (text.AsSpan().IndexOfAny(AddressCharacters.Controls) < 0) return text.TrimSpace();
        var result = new StringBuilder(text.Length);
        foreach (var c in text)
            if (c is >= ' ' and not '\x7f') result.Append(c);
            else if (result.Length > 0 && result[^1] != ' ') result.Append(' ');
        return result.ToString().TrimSpace();
    }

    /// <summary>32 hexadecimal digits: nobody can have put the boundary into the original.</summary>
    public static string NewBoundary(Random random)
    {
        Span<byte> bytes = stackalloc byte[16];
        random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes) + "-scriptmta";
    }
}
