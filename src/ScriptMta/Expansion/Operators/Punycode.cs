using System.Text;

namespace ScriptMta.Expansion;

/// <summary>RFC 3492, without the prefix "xn--". Text is UTF-16.</summary>
static class Punycode
{
    const int Base = 36;
    const int TMin = 1;
    const int TMax = 26;
    const int Skew = 38;
    const int Damp = 700;
    const int InitialBias = 72;
    const int InitialCode = 0x80;
    const int LastCode = 0x10ffff;
    // Inserting takes the square of this; a label has 63, and a local part 64, but nobody checked this text.
    const int MaxLength = 4096;

    /// <summary>Null when the text is too long or holds half a surrogate pair.</summary>
    public static string? Encode(string text)
    {
        if (text.Length > MaxLength || Runes(text) is not { } input) return null;
        var output = new StringBuilder(string.Concat(text.Where(char.IsAscii)));
        var (basic, code, delta, bias) = (output.Length, InitialCode, 0, InitialBias);
        if (basic > 0) output.Append('-');
        for (var handled = basic; handled < input.Length; delta++, code++)
        {
            var next = input.Where(c => c >= code).Min();
            if ((long)(next - code) * (handled + 1) + delta > int.MaxValue / 2) return null;
            delta += (next - code) * (handled + 1);
            code = next;
            foreach (var c in input)
            {
                if (c < code) delta++;
                if (c != code) continue;
                AppendNumber(output, delta, bias);
                bias = Adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled++;
            }
        }
        return output.ToString();
    }

    /// <summary>Null when the text is no Punycode.</summary>
    public static string? Decode(string text)
    {
        if (text.Length > MaxLength || !Ascii.IsValid(text)) return null;
        var cut = text.LastIndexOf('-');
        var output = new List<int>(text.Take(Math.Max(cut, 0)).Select(c => (int)c));
        var (at, code, position, bias) = (cut > 0 ? cut + 1 : 0, (long)InitialCode, 0L, InitialBias);
        while (at < text.Length)
        {
            var before = position;
            if (!ReadNumber(text, ref at, bias, ref position)) return null;
            var count = output.Count + 1;
            bias = Adapt((int)(position - before), count, before == 0);
            code += position / count;
            position %= count;
            if (code > LastCode || code is >= 0xd800 and <= 0xdfff) return null;
            output.Insert((int)position++, (int)code);
        }
        return string.Concat(output.Select(char.ConvertFromUtf32));
    }

    static bool ReadNumber(string text, ref int at, int bias, ref long value)
    {
        var weight = 1L;
        for (var k = Base; ; k += Base)
        {
            if (at >= text.Length || Digit(text[at++]) is not (>= 0 and var digit)) return false;
            value += digit * weight;
            if (value > int.MaxValue) return false;
            var threshold = Threshold(k, bias);
            if (digit < threshold) return true;
            weight *= Base - threshold;
            if (weight > int.MaxValue) return false;
        }
    }

    static void AppendNumber(StringBuilder output, int number, int bias)
    {
        for (var k = Base; ; k += Base)
        {
            var threshold = Threshold(k, bias);
            if (number < threshold) break;
            output.Append(Letter(threshold + (number - threshold) % (Base - threshold)));
            number = (number - threshold) / (Base - threshold);
        }
        output.Append(Letter(number));
    }

    static int Threshold(int k, int bias) => Math.Clamp(k - bias, TMin, TMax);

    static int Adapt(int delta, int count, bool isFirst)
    {
        delta /= isFirst ? Damp : 2;
        delta += delta / count;
        var k = 0;
        for (; delta > (Base - TMin) * TMax / 2; k += Base) delta /= Base - TMin;
        return k + (Base - TMin + 1) * delta / (delta + Skew);
    }

    static char Letter(int digit) => (char)(digit < 26 ? 'a' + digit : '0' + digit - 26);

    static int Digit(char c) => char.IsAsciiDigit(c) ? c - '0' + 26 : char.IsAsciiLetter(c) ? (c | 0x20) - 'a' : -1;

    static int[]? Runes(string text)
    {
        var codes = new List<int>(text.Length);
        for (var at = 0; at < text.Length; at++)
        {
            if (!Rune.TryGetRuneAt(text, at, out var rune)) return null;
            codes.Add(rune.Value);
            at += rune.Utf16SequenceLength - 1;
        }
        return [.. codes];
    }
}
