namespace ScriptMta.Lookups;

/// <summary>The escapes of a quoted string (Exim 6.17) in a file's bytes: \n \r \t \\, one to three octal digits, \x and one or two hexadecimal ones; any other byte stands for itself.</summary>
static class QuotedEscape
{
    /// <summary>At stands on the backslash and ends after the escape.</summary>
    public static byte Read(ReadOnlySpan<byte> text, ref int at)
    {
        at++;
        if (at >= text.Length) return (byte)'\\';
        var c = text[at++];
        switch (c)
        {
            case (byte)'n': return (byte)'\n';
            case (byte)'r': return (byte)'\r';
            case (byte)'t': return (byte)'\t';
            case >= (byte)'0' and <= (byte)'7': at--; return Number(text, ref at, 8, 3);
            case (byte)'x': return Number(text, ref at, 16, 2);
            default: return c;
        }
    }

    static byte Number(ReadOnlySpan<byte> text, ref int at, int radix, int digits)
    {
        var value = 0;
        for (; digits > 0 && at < text.Length && Digit(text[at]) is var digit && digit < radix; digits--, at++) value = value * radix + digit;
        return (byte)value;
    }

    static int Digit(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => int.MaxValue,
    };
}
