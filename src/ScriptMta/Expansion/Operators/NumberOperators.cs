using System.Globalization;

namespace ScriptMta.Expansion;

/// <summary>Arithmetic, time intervals, random numbers.</summary>
static class NumberOperators
{
    static readonly (char Unit, long Seconds)[] Units = [('w', 604800), ('d', 86400), ('h', 3600), ('m', 60), ('s', 1)];

    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("eval", new((e, value, _) => Evaluate(e, value, isDecimal: false))),
        new("eval10", new((e, value, _) => Evaluate(e, value, isDecimal: true))),
        new("time_eval", new((e, value, _) => ReadInterval(value.Text) is { } seconds ? e.Append(seconds)
            : e.Fail($"string \"{value.Text}\" is not an Exim time interval in \"time_eval\" operator"))),
        new("time_interval", new(TimeInterval)),
        new("randint", new(RandomNumber)),
    ];

    static ExpandedKind Evaluate(Evaluation evaluation, Value value, bool isDecimal)
    {
        var error = new Arithmetic(value.Text, isDecimal).Evaluate(out var result);
        return error is null ? evaluation.Append(result) : evaluation.Fail(error);
    }

    /// <summary>1w2d3h4m5s in any order, each number with its unit; null = no interval.</summary>
    static long? ReadInterval(string text)
    {
        if (text.Length == 0) return null;
        long total = 0;
        for (var at = 0; at < text.Length; at++)
        {
            var start = at;
            while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
            if (at == start || at == text.Length || !long.TryParse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture, out var number)) return null;
            var unit = Array.Find(Units, u => u.Unit == text[at]);
            if (unit.Seconds == 0 || number > long.MaxValue / unit.Seconds - total / unit.Seconds - 1) return null;
            total += number * unit.Seconds;
        }
        return total;
    }

    static ExpandedKind TimeInterval(Evaluation evaluation, Value value, string? argument)
    {
        if (value.Text.AsSpan().IndexOfAnyExceptInRange('0', '9') >= 0)
            return evaluation.Fail($"string \"{value.Text}\" is not a positive number in \"time_interval\" operator");
        var wrapped = 0; // Exim keeps 32 bits
        foreach (var c in value.Text) wrapped = unchecked(wrapped * 10 + (c - '0'));
        var seconds = Math.Abs((long)wrapped);
        if (wrapped < 0) evaluation.Append('-');
        if (seconds == 0) return evaluation.Append("0s");
        foreach (var (unit, size) in Units)
        {
            if (seconds >= size)
            {
                evaluation.Append(seconds / size);
                evaluation.Append(unit);
            }
            seconds %= size;
        }
        return ExpandedKind.Ok;
    }

    static ExpandedKind RandomNumber(Evaluation evaluation, Value value, string? argument)
    {
        if (value.Text.Length == 0) return evaluation.Fail("integer expected but \"\" found");
        if (Number.Read(value.Text, out var limit, negativeAllowed: false) is { } error) return evaluation.Fail(error);
        return evaluation.Append(limit == 0 ? 0 : evaluation.Context.Environment.Random.NextInt64(limit));
    }
}
