using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>Patterns and lists. What match captures is $0 to $9 until the end of the if; what a list item gave is $value there.</summary>
static class MatchConditions
{
    public static readonly ConditionRow[] Rows =
    [
        new("match", ReadMatch),
        new("match_domain", (reader, name) => ReadList(reader, name, NamedListKind.Domain)),
        new("match_ip", (reader, name) => ReadList(reader, name, NamedListKind.Host)),
        new("match_address", (reader, name) => ReadList(reader, name, NamedListKind.Address)),
        new("match_local_part", (reader, name) => ReadList(reader, name, NamedListKind.LocalPart)),
        ConditionRow.Call("inlist", 2, (Evaluation e, Value[] a, out bool yes) => InList(e, a, StringComparison.Ordinal, out yes)),
        ConditionRow.Call("inlisti", 2, (Evaluation e, Value[] a, out bool yes) => InList(e, a, StringComparison.OrdinalIgnoreCase, out yes)),
    ];

    static CallCondition? ReadMatch(TemplateReader reader, string name)
    {
        if (ConditionGrammar.ReadArguments(reader, name, 2) is not { } arguments) return null;
        reader.Note(arguments[1]);
        return new(Match, arguments);
    }

    static ExpandedKind Match(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        yes = false;
        if (Pattern.Compile(arguments[1].Text, false, out var error) is not { } pattern) return evaluation.Fail(error);
        var match = pattern.Match(arguments[0].Text);
        if (match.IsDefer) return evaluation.Defer(match.Reason ?? "the pattern took too long");
        yes = match.IsYes;
        if (yes) evaluation.Context.Captures = Captures.From(match, arguments[0].Taint);
        return ExpandedKind.Ok;
    }

    static ListCondition? ReadList(TemplateReader reader, string name, NamedListKind kind)
    {
        if (ConditionGrammar.ReadArguments(reader, name, 1) is not [var subject]) return null;
        reader.SkipSpace();
        if (!reader.Take('{'))
        {
            reader.FailBraces($"missing 2nd string in {{}} after \"{name}\"");
            return null;
        }
        if (TemplateGrammar.ReadUnexpanded(reader) is not { } list) return null;
        reader.At++;
        return new(subject, list, kind);
    }

    static ExpandedKind InList(Evaluation evaluation, Value[] arguments, StringComparison comparison, out bool yes)
    {
        yes = false;
        foreach (var item in new ListText(arguments[1].Text))
        {
            if (!item.Equals(arguments[0].Text, comparison)) continue;
            evaluation.Context.CurrentValue = new Value(item, arguments[1].Taint);
            yes = true;
            break;
        }
        return ExpandedKind.Ok;
    }
}
