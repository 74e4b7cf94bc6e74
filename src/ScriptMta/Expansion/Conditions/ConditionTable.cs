using System.Collections.Frozen;

namespace ScriptMta.Expansion;

/// <summary>Reads what follows the condition's name.</summary>
delegate Condition? ConditionReader(TemplateReader reader, string name);

sealed record ConditionRow(string Name, ConditionReader Read)
{
    /// <summary>False where every template that uses it is an error.</summary>
    public bool IsBuilt { get; init; } = true;

    /// <summary>{a}{b}, compared as text.</summary>
    public static ConditionRow Compare(string name, TextComparison compare) =>
        new(name, (reader, own) => ConditionGrammar.ReadArguments(reader, own, 2) is { } two ? new CompareCondition(compare, two[0], two[1]) : null);

    public static ConditionRow Call(string name, int count, ConditionFunction function) =>
        new(name, (reader, own) => ConditionGrammar.ReadArguments(reader, own, count) is { } arguments ? new CallCondition(function, arguments) : null);

    public static ConditionRow Fact(string name, Func<ExpansionContext, bool> fact) => new(name, (_, _) => new FactCondition(fact));

    /// <summary>Exim has it only when compiled so, and ScriptMta never will.</summary>
    /// <param name="instead">What does the same.</param>
    public static ConditionRow Absent(string name, string instead) => new(name, (reader, own) =>
    {
        reader.Fail($"support for \"{own}\" not compiled: {instead}");
        return null;
    }) { IsBuilt = false };
}

/// <summary>The conditions of Exim 11.7 by name; one row each, in a file per group.</summary>
static class ConditionTable
{
    static readonly FrozenDictionary<string, ConditionRow> Rows = new ConditionRow[][]
    {
        LogicConditions.Rows, JsonConditions.Rows, ComparisonConditions.Rows, MatchConditions.Rows, FactConditions.Rows,
    }.SelectMany(rows => rows).ToFrozenDictionary(row => row.Name, StringComparer.Ordinal);

    static readonly FrozenDictionary<string, ConditionRow>.AlternateLookup<ReadOnlySpan<char>> ByName = Rows.GetAlternateLookup<ReadOnlySpan<char>>();

    public static IEnumerable<string> Names => Rows.Keys;

    public static ConditionRow? Find(ReadOnlySpan<char> name) => ByName.TryGetValue(name, out var row) ? row : null;
}
