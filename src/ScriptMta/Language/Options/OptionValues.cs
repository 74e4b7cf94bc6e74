using System.Globalization;

namespace ScriptMta.Language;

/// <summary>What is wrong with a value: nothing of the kind is there, something follows it, or it does not fit.</summary>
enum ValueError { None, Missing, Extra, TooLarge }

/// <summary>The forms of values that are not strings (Exim chapter 6.12 to 6.16).</summary>
static class OptionValues
{
    /// <summary>yes, true, no or false in any case. An empty text is true, as a bare option name is.</summary>
    public static ValueError Bool(string text, out bool value)
    {
        var end = WordEnd(text);
        var word = text.AsSpan(0, end);
        value = word.Length == 0 || Is(word, "yes") || Is(word, "true");
        if (!value && !Is(word, "no") && !Is(word, "false")) return ValueError.Missing;
        if (word.Length == 0 && text.Length > 0) return ValueError.Missing;
        return CharKinds.SkipSpace(text, end) < text.Length ? ValueError.Extra : ValueError.None;
    }

    /// <summary>The end of the name that a text begins with; 0 when it begins with none.</summary>
    public static int WordEnd(string text) => text.Length > 0 && char.IsAsciiLetter(text[0]) ? CharKinds.SkipName(text, 0) : 0;

    /// <summary>Decimal, octal after 0, hexadecimal after 0x; a K, M or G multiplies by 1024 once, twice or three times.</summary>
    public static ValueError Int(string text, out long value)
    {
        value = 0;
        var negative = text.StartsWith('-');
        var position = negative || text.StartsWith('+') ? 1 : 0;
        var radix = Radix(text, position);
        if (radix == 16) position += 2;
        var error = Digits(text, ref position, radix, out var number);
        if (error != ValueError.None) return error;
        var shift = position < text.Length ? Shift(text[position]) : 0;
        if (shift > 0) position++;
        if (position < text.Length) return ValueError.Extra;
        if (number > long.MaxValue >> shift) return ValueError.TooLarge;
        value = (negative ? -number : number) << shift;
        return ValueError.None;
    }

    public static ValueError Octal(string text, out int value)
    {
        var position = 0;
        var error = Digits(text, ref position, 8, out var number);
        value = (int)Math.Min(number, int.MaxValue);
        if (error != ValueError.None) return error;
        return position < text.Length ? ValueError.Extra : number > int.MaxValue ? ValueError.TooLarge : ValueError.None;
    }

    /// <summary>In thousandths; digits after the third are dropped, as Exim does.</summary>
    public static ValueError FixedPoint(string text, out int thousandths)
    {
        thousandths = 0;
        var position = 0;
        var error = Digits(text, ref position, 10, out var whole);
        if (error != ValueError.None) return error;
        if (whole > int.MaxValue / 1000 - 1) return ValueError.TooLarge;
        thousandths = (int)whole * 1000;
        if (position < text.Length && text[position] == '.') position++;
        for (var unit = 100; position < text.Length && char.IsAsciiDigit(text[position]); position++, unit /= 10)
            thousandths += (text[position] - '0') * unit;
        return position < text.Length ? ValueError.Extra : ValueError.None;
    }

    /// <summary>Numbers with a unit each, like 1w2d3h4m5s; without white space, in any order.</summary>
    public static bool Time(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        long total = 0;
        for (var position = 0; position < text.Length; position++)
        {
            if (Digits(text, ref position, 10, out var number) != ValueError.None || position >= text.Length) return false;
            var unit = SecondsIn(text[position]);
            if (unit == 0 || number > int.MaxValue / unit) return false;
            total += number * unit;
            if (total > int.MaxValue) return false;
        }
        value = TimeSpan.FromSeconds(total);
        return text.Length > 0;
    }

    /// <summary>A time in the form that Exim prints: no unit twice, none that is zero.</summary>
    public static string FormatTime(TimeSpan time)
    {
        var seconds = (long)time.TotalSeconds;
        if (seconds == 0) return "0s";
        var text = seconds < 0 ? "-" : "";
        seconds = Math.Abs(seconds);
        foreach (var unit in "wdhms")
        {
            if (seconds >= SecondsIn(unit)) text += string.Create(CultureInfo.InvariantCulture, $"{seconds / SecondsIn(unit)}{unit}");
            seconds %= SecondsIn(unit);
        }
        return text;
    }

    static bool Is(ReadOnlySpan<char> word, string expected) => word.Equals(expected, StringComparison.OrdinalIgnoreCase);

    static int Radix(string text, int position) =>
        position >= text.Length || text[position] != '0' ? 10
        : position + 1 < text.Length && text[position + 1] is 'x' or 'X' ? 16
        : 8;

    static int Shift(char c) => c switch { 'K' or 'k' => 10, 'M' or 'm' => 20, 'G' or 'g' => 30, _ => 0 };

    static int SecondsIn(char unit) => unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, 'w' => 604800, _ => 0 };

    static ValueError Digits(string text, ref int position, int radix, out long number)
    {
        number = 0;
        var start = position;
        for (; position < text.Length && char.IsAsciiHexDigit(text[position]); position++)
        {
            var digit = Convert.ToInt32(text[position].ToString(), 16);
            if (digit >= radix) break;
            if (number > (long.MaxValue - digit) / radix) return ValueError.TooLarge;
            number = number * radix + digit;
        }
        return position == start ? ValueError.Missing : ValueError.None;
    }
}
