using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Base 64 of bytes, base 32 and base 62 of numbers.</summary>
static class BaseOperators
{
    const string Alphabet32 = "abcdefghijklmnopqrstuvwxyz234567";
    const string Alphabet62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const int Base62Digits = 6;

    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("base64", new((e, value, _) => e.Append(Convert.ToBase64String(Latin1.Encode(value.Text)), value.Taint))),
        new("str2b64", new((e, value, _) => e.Append(Convert.ToBase64String(Latin1.Encode(value.Text)), value.Taint))),
        new("base64d", new(FromBase64)),
        new("hex2b64", new(HexToBase64)),
        new("base32", new(ToBase32)),
        new("base32d", new((e, value, _) => FromBase(e, value.Text, Alphabet32, "32") is { } number ? e.Append((long)number) : ExpandedKind.Failed)),
        new("base62", new(ToBase62)),
        new("base62d", new((e, value, _) => FromBase(e, value.Text, Alphabet62, "62") is { } number ? e.Append((long)number) : ExpandedKind.Failed)),
    ];

    static ExpandedKind FromBase64(Evaluation evaluation, Value value, string? argument)
    {
        var bytes = new byte[value.Text.Length];
        var good = Convert.TryFromBase64Chars(value.Text, bytes, out var count);
        return good ? evaluation.Append(Latin1.Decode(bytes.AsSpan(0, count)), value.Taint) : evaluation.Fail($"string \"{value.Text}\" is not well-formed for \"base64d{(argument is null ? "" : "_" + argument)}\" operator");
    }

    static ExpandedKind HexToBase64(Evaluation evaluation, Value value, string? argument)
    {
        foreach (var c in value.Text)
            if (!char.IsAsciiHexDigit(c)) return evaluation.Fail($"\"{value.Text}\" is not a hex string");
        return value.Text.Length % 2 != 0
            ? evaluation.Fail($"\"{value.Text}\" contains an odd number of characters")
            : evaluation.Append(Convert.ToBase64String(Convert.FromHexString(value.Text)), value.Taint);
    }

    static ExpandedKind ToBase32(Evaluation evaluation, Value value, string? argument)
    {
        if (ReadDecimal(value.Text) is not { } number) return NotDecimal(evaluation, value, "32");
        var digits = "";
        for (; number != 0; number /= 32) digits = Alphabet32[(int)(number % 32)] + digits;
        return evaluation.Append(digits);
    }

    static ExpandedKind ToBase62(Evaluation evaluation, Value value, string? argument)
    {
        if (ReadDecimal(value.Text) is not { } number) return NotDecimal(evaluation, value, "62");
        Span<char> digits = stackalloc char[Base62Digits];
        for (var i = Base62Digits - 1; i >= 0; i--, number /= 62) digits[i] = Alphabet62[(int)(number % 62)];
        return evaluation.Append(digits);
    }

    static ExpandedKind NotDecimal(Evaluation evaluation, Value value, string radix) =>
        evaluation.Fail($"argument for base{radix} operator is \"{value.Text}\", which is not a decimal number");

    /// <summary>As strtoul reads it: white space and a sign before, a negative number modulo 2^64, too large = the largest.</summary>
    static ulong? ReadDecimal(string text)
    {
        var digits = text.AsSpan().TrimStart(" \t\n\v\f\r");
        var negative = digits.StartsWith("-");
        if (negative || digits.StartsWith("+")) digits = digits[1..];
        if (digits.IndexOfAnyExceptInRange('0', '9') >= 0) return null;
        if (digits.Length == 0) return text.Length == 0 ? 0 : null;
        var number = ulong.TryParse(digits, out var fits) ? fits : ulong.MaxValue;
        return negative && number != ulong.MaxValue ? unchecked(0 - number) : number;
    }

    static ulong? FromBase(Evaluation evaluation, string text, string alphabet, string radix)
    {
        ulong number = 0;
        foreach (var c in text)
        {
            var digit = alphabet.IndexOf(c);
            if (digit < 0)
            {
                evaluation.Fail($"argument for base{radix}d operator is \"{text}\", which is not a base {radix} number");
                return null;
            }
            number = unchecked(number * (ulong)alphabet.Length + (ulong)digit);
        }
        return number;
    }
}
