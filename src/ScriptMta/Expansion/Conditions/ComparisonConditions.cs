using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Comparisons of text (byte by byte) and of numbers (with K, M and G).</summary>
static class ComparisonConditions
{
    public static readonly ConditionRow[] Rows =
    [
        ConditionRow.Compare("eq", (a, b) => a.SequenceEqual(b)),
        ConditionRow.Compare("eqi", (a, b) => a.Equals(b, StringComparison.OrdinalIgnoreCase)),
        ConditionRow.Compare("lt", (a, b) => a.CompareTo(b, StringComparison.Ordinal) < 0),
        ConditionRow.Compare("le", (a, b) => a.CompareTo(b, StringComparison.Ordinal) <= 0),
        ConditionRow.Compare("gt", (a, b) => a.CompareTo(b, StringComparison.Ordinal) > 0),
        ConditionRow.Compare("ge", (a, b) => a.CompareTo(b, StringComparison.Ordinal) >= 0),
        ConditionRow.Compare("lti", (a, b) => CompareCaseless(a, b) < 0),
        ConditionRow.Compare("lei", (a, b) => CompareCaseless(a, b) <= 0),
        ConditionRow.Compare("gti", (a, b) => CompareCaseless(a, b) > 0),
        ConditionRow.Compare("gei", (a, b) => CompareCaseless(a, b) >= 0),
        Number("=", (a, b) => a == b),
        Number("==", (a, b) => a == b),
        Number("<", (a, b) => a < b),
        Number("<=", (a, b) => a <= b),
        Number(">", (a, b) => a > b),
        Number(">=", (a, b) => a >= b),
    ];

    /// <summary>Lower-cased ASCII, byte by byte. Of two different strings of which one begins the other, the left one is always the greater, as Exim has it.</summary>
    public static int CompareCaseless(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var shorter = Math.Min(left.Length, right.Length);
        for (var i = 0; i < shorter; i++)
        {
            var order = AsciiCase.Lower(left[i]) - AsciiCase.Lower(right[i]);
            if (order != 0) return order;
        }
        return left.Length == right.Length ? 0 : 1;
    }

    static ConditionRow Number(string sign, Func<long, long, bool> compare) =>
        new(sign, (reader, name) => ConditionGrammar.ReadArguments(reader, name, 2) is { } two ? new NumberCondition(compare, two[0], two[1]) : null);
}

/// <summary>Numbers are read when both strings are there; a string that is no number fails the expansion.</summary>
sealed class NumberCondition(Func<long, long, bool> compare, Node left, Node right) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        yes = false;
        var kind = Read(evaluation, left, out var first);
        if (kind != ExpandedKind.Ok) return kind;
        kind = Read(evaluation, right, out var second);
        yes = kind == ExpandedKind.Ok && compare(first, second);
        return kind;
    }

    static ExpandedKind Read(Evaluation evaluation, Node node, out long number)
    {
        number = 0;
        var mark = evaluation.Begin();
        var kind = node.Append(evaluation);
        var error = kind == ExpandedKind.Ok ? Number.Read(evaluation.Since(mark.Position), out number) : null;
        evaluation.Drop(mark);
        return error is null ? kind : evaluation.Fail(error);
    }
}
