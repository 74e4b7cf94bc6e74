using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Case, length, escaping.</summary>
static class TextOperators
{
    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("lc", new((e, value, _) => e.Append(AsciiCase.Lower(value.Text), value.Taint))),
        new("uc", new((e, value, _) => e.Append(AsciiCase.Upper(value.Text), value.Taint))),
        new("strlen", new((e, value, _) => e.Append(value.Text.Length))),
        new("escape", new((e, value, _) => e.Append(Escaped(value.Text, IsPrinting), value.Taint))),
        new("escape8bit", new((e, value, _) => e.Append(Octal(value.Text), value.Taint))),
        new("hexquote", new((e, value, _) => e.Append(HexQuoted(value.Text), value.Taint))),
        new("rxquote", new((e, value, _) => e.Append(PatternQuoted(value.Text), value.Taint))),
        new("xtextd", new((e, value, _) => e.Append(XtextDecoded(value.Text), value.Taint))),
    ];

    /// <summary>What does not print, in backslash forms; a tab stays.</summary>
    public static string Printed(string text) => Escaped(text, IsPrinting);
    /// <summary>For a message: as escape, and a tab is shown, too.</summary>
    public static string Shown(string text) => Escaped(text, static c => c is >= ' ' and < '\x7f');

    static bool IsPrinting(char c) => c is >= ' ' and < '\x7f' or '\t';

    /// <summary>Backslash forms for what does not print, as Exim's log has them.</summary>
    static string Escaped(string text, Func<char, bool> plain)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = plain(c) ? result.Append(c) : c switch
            {
                '\n' => result.Append("\\n"),
                '\r' => result.Append("\\r"),
                '\t' => result.Append("\\t"),
                '\b' => result.Append("\\b"),
                '\v' => result.Append("\\v"),
                '\f' => result.Append("\\f"),
                _ => result.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0')),
            };
        return result.ToString();
    }

    /// <summary>Bytes above 126 and the backslash.</summary>
    static string Octal(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c < '\x7f' && c != '\\' ? result.Append(c) : result.Append('\\').Append(Convert.ToString(c, 8).PadLeft(3, '0'));
        return result.ToString();
    }

    static string HexQuoted(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c is >= '!' and <= '~' ? result.Append(c) : result.Append("\\x").Append(((int)c).ToString("x2"));
        return result.ToString();
    }

    static string PatternQuoted(string text)
    {
        var result = new StringBuilder(text.Length + 8);
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c)) result.Append('\\');
            result.Append(c);
        }
        return result.ToString();
    }

    /// <summary>RFC 3461 section 4: "+" and two hexadecimal digits; what is malformed stays.</summary>
    static string XtextDecoded(string text)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '+' || i + 2 >= text.Length || !char.IsAsciiHexDigit(text[i + 1]) || !char.IsAsciiHexDigit(text[i + 2])) result.Append(text[i]);
            else
            {
                result.Append((char)Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
        }
        return result.ToString();
    }
}
