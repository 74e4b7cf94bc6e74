namespace ScriptMta.Expansion;

/// <summary>Numbers as rules write them: decimal, an optional sign, an optional K, M or G, white space around.</summary>
static class Number
{
    /// <summary>Exim's text for what is wrong, or null. Nothing but white space is 0.</summary>
    public static string? Read(ReadOnlySpan<char> text, out long number, bool negativeAllowed = true)
    {
        number = 0;
        text = text.TrimStart(Space);
        var rest = text;
        if (rest.Length == 0) return null;
        var length = rest[0] is '-' or '+' ? 1 : 0;
        while (length < rest.Length && char.IsAsciiDigit(rest[length])) length++;
        if (!char.IsAsciiDigit(rest[length - (length > 0 ? 1 : 0)])) return $"integer expected but \"{text}\" found";
        var fits = long.TryParse(rest[..length], System.Globalization.NumberStyles.AllowLeadingSign, null, out number);
        rest = rest[length..];
        if (fits && number < 0 && !negativeAllowed) return $"non-negative integer expected but \"{text}\" found";
        if (rest.Length != 0 && Scale(rest[0]) is > 1 and var scale)
        {
            fits = fits && number <= long.MaxValue / scale && number >= long.MinValue / scale;
            number = unchecked(number * scale);
            rest = rest[1..];
        }
        if (!fits) return $"absolute value of integer \"{text}\" is too large (overflow)";
        return rest.TrimStart(Space).Length == 0 ? null : $"invalid integer \"{text}\"";
    }

    const string Space = " \t\n\v\f\r";

    static long Scale(char unit) => unit switch
    {
        'k' or 'K' => 1024,
        'm' or 'M' => 1024 * 1024,
        'g' or 'G' => 1024 * 1024 * 1024,
        _ => 1,
    };
}
