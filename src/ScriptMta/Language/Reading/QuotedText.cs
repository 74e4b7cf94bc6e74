using System.Text;

namespace ScriptMta.Language;

/// <summary>A double-quoted option value and its escapes (Exim chapter 6.17).</summary>
static class QuotedText
{
    /// <summary>The value that begins with the quote at start; End is after the closing quote, or -1 when there is none.</summary>
    public static (string Value, int End) Read(string text, int start)
    {
        var value = new StringBuilder();
        for (var i = start + 1; i < text.Length;)
        {
            if (text[i] == '"') return (value.ToString(), i + 1);
            if (text[i] != '\\') value.Append(text[i++]);
            else if (i + 1 < text.Length) value.Append(Escape(text, ref i));
            else break;
        }
        return (value.ToString(), -1);
    }

    /// <summary>Reads the escape whose backslash is at i and moves i past it.</summary>
    static char Escape(string text, ref int i)
    {
        var c = text[i + 1];
        i += 2;
        switch (c)
        {
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'x': return (char)Digits(text, ref i, 2, 16);
            case >= '0' and <= '7':
                i--;
                return (char)(Digits(text, ref i, 3, 8) & 0xff);
            default: return c;
        }
    }

    static int Digits(string text, ref int i, int most, int radix)
    {
        var value = 0;
        for (var n = 0; n < most && i < text.Length && IsDigit(text[i], radix); n++)
            value = value * radix + Convert.ToInt32(text[i++].ToString(), 16);
        return value;
    }

    static bool IsDigit(char c, int radix) => radix == 16 ? char.IsAsciiHexDigit(c) : c is >= '0' and <= '7';
}
