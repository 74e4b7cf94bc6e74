namespace ScriptMta.Expansion;

/// <summary>The backslash escapes that templates and quoted option values share.</summary>
static class Escape
{
    /// <summary>Reads what follows the backslash at <paramref name="at"/>: an octal or hexadecimal code, a letter of C, or a character that stands for itself.</summary>
    public static char Read(string text, ref int at)
    {
        var c = text[at++];
        if (c is >= '0' and <= '7') return Number(text, ref at, c - '0', 8, 2);
        return c switch
        {
            'x' => Number(text, ref at, 0, 16, 2),
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\b',
            'f' => '\f',
            'v' => '\v',
            _ => c,
        };
    }

    static char Number(string text, ref int at, int value, int radix, int digits)
    {
        for (; digits > 0 && at < text.Length; digits--, at++)
        {
            var digit = char.IsAsciiHexDigit(text[at]) ? Convert.ToInt32(text[at].ToString(), 16) : radix;
            if (digit >= radix) break;
            value = value * radix + digit;
        }
        return (char)(value & 0xff);
    }
}
