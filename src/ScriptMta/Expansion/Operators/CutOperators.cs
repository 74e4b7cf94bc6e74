namespace ScriptMta.Expansion;

/// <summary>length_n, substr_n_m, hash_n_m, nhash_n_m and their one-letter forms: the numbers stand in the operator's name.</summary>
static class CutOperators
{
    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("length", new(Length, OperatorSuffix.Number)),
        new("l", new(Length, OperatorSuffix.Number)),
        new("substr", new(Substring, OperatorSuffix.SignedNumbers)),
        new("s", new(Substring, OperatorSuffix.SignedNumbers)),
        new("hash", new(Hash, OperatorSuffix.Numbers)),
        new("h", new(Hash, OperatorSuffix.Numbers)),
        new("nhash", new(NumericHash, OperatorSuffix.Numbers)),
        new("nh", new(NumericHash, OperatorSuffix.Numbers)),
    ];

    static ExpandedKind Length(Evaluation evaluation, Value value, string? argument) =>
        TextCut.Substring(evaluation, value, 0, Math.Max(0, Numbers(argument).First));

    static ExpandedKind Substring(Evaluation evaluation, Value value, string? argument)
    {
        var (first, second) = Numbers(argument);
        return TextCut.Substring(evaluation, value, first, second);
    }

    static ExpandedKind Hash(Evaluation evaluation, Value value, string? argument)
    {
        var (first, second) = Numbers(argument);
        return TextHash.Letters(evaluation, value, Math.Max(0, first), second);
    }

    static ExpandedKind NumericHash(Evaluation evaluation, Value value, string? argument)
    {
        var (first, second) = Numbers(argument);
        return TextHash.Numbers(evaluation, value, Math.Max(0, first), second);
    }

    /// <summary>The grammar has checked the digits. A missing second number is -1; more digits than fit count as very many.</summary>
    static (int First, int Second) Numbers(string? argument)
    {
        var cut = argument?.IndexOf('_') ?? -1;
        var first = cut < 0 ? argument : argument![..cut];
        return (One(first), cut < 0 ? -1 : One(argument![(cut + 1)..]));
    }

    static int One(string? digits) =>
        digits is null or "" or "-" ? 0 : int.TryParse(digits, out var number) ? number : digits[0] == '-' ? int.MinValue + 1 : int.MaxValue;
}
