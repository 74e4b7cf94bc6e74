using System.Buffers;
using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>
/// What a rule with the flag "w" puts round the address of a header item (Exim 31.10), made fit for a header: text outside the angle brackets that has bytes
/// beyond ASCII becomes encoded words (RFC 2047), and words of a phrase with dots in them are put in quotes (RFC 5322 3.2.5).
/// </summary>
static class ItemFrame
{
    const string Blank = " \t\n\r";
    const string DefaultCharset = "UTF-8";

    static readonly SearchValues<char> Printable = SearchValues.Create("\t" + string.Concat(Enumerable.Range(32, 95).Select(i => (char)i)));

    /// <param name="before">Up to the address, with its "&lt;" if it has one; after: from behind it.</param>
    public static (string Before, string After) Of(string before, string after, ExpansionContext context)
    {
        var open = before.IndexOf('<');
        if (open < 0 || !after.StartsWith('>')) return (before, after);
        var charset = context.Environment.Settings.GetValueOrDefault("headers_charset", DefaultCharset);
        var phrase = before.AsSpan(0, open).TrimEnd(' ').Length;
        var rest = 1;
        while (rest < after.Length && after[rest] == ' ') rest++;
        return (Phrase(before[..phrase].TrimStart(Blank.ToCharArray()), charset) + before[phrase..], after[..rest] + Encoded(after[rest..].TrimStart(Blank.ToCharArray()), charset));
    }

    static string Encoded(string text, string charset) => text.AsSpan().IndexOfAnyExcept(Printable) < 0 ? text : EncodedWords.EncodeAll(text, charset);

    static string Phrase(string text, string charset)
    {
        if (text.AsSpan().IndexOfAnyExcept(Printable) >= 0) return EncodedWords.EncodeAll(text, charset);
        var result = new StringBuilder(text.Length + 2);
        for (var at = 0; at < text.Length;)
        {
            var end = text[at] == '"' ? QuotedEnd(text, at) : text.IndexOf('"', at) is var quote and >= 0 ? quote : text.Length;
            var piece = text[at..end];
            if (piece[0] == '"') result.Append(piece);
            else AppendUnquoted(result, piece);
            at = end;
        }
        return result.ToString();
    }

    /// <summary>The words between two quoted strings; comments among them go with them.</summary>
    static void AppendUnquoted(StringBuilder result, string piece)
    {
        var words = piece.Trim(Blank.ToCharArray());
        if (!HasDot(words))
        {
            result.Append(piece);
            return;
        }
        var lead = piece.IndexOf(words, StringComparison.Ordinal);
        result.Append(piece, 0, lead).Append('"').Append(words.Replace("\\", "\\\\").Replace("\"", "\\\"")).Append('"').Append(piece, lead + words.Length, piece.Length - lead - words.Length);
    }

    static bool HasDot(string words)
    {
        var depth = 0;
        for (var i = 0; i < words.Length; i++)
            switch (words[i])
            {
                case '\\': i++; break;
                case '(': depth++; break;
                case ')': depth--; break;
                case '.' when depth <= 0: return true;
            }
        return false;
    }

    static int QuotedEnd(string text, int at)
    {
        for (at++; at < text.Length && text[at] != '"'; at++)
            if (text[at] == '\\') at++;
        return Math.Min(at + 1, text.Length);
    }
}
