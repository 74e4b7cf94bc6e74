namespace ScriptMta.Expansion;

/// <summary>
/// ${sort{list}{comparator}{extractor}}: the comparator is the name of a condition with two arguments (&lt; lt lti le … &gt; gt …), the extractor takes the sort key out of $item. Stable.
/// </summary>
sealed class SortItem(Node list, Node comparator, Node extractor, string extractorSource) : Node
{
    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        if (reader.ReadArgument("missing '{' for list arg of sort") is not { } list) return null;
        if (reader.ReadArgument("missing '{' for comparator arg of sort") is not { } comparator) return null;
        reader.SkipSpace();
        var start = reader.At + 1;
        if (reader.ReadArgument("missing '{' for extractor arg of sort") is not { } extractor) return null;
        var source = reader.Text[start..(reader.At - 1)];
        reader.SkipSpace();
        return reader.Take('}') ? new SortItem(list, comparator, extractor, source) : reader.FailBraces("missing } at end of \"sort\"");
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(list, out var text);
        if (kind != ExpandedKind.Ok) return kind;
        kind = evaluation.Evaluate(comparator, out var name);
        if (kind != ExpandedKind.Ok) return kind;
        if (SortOrder.Find(name.Text, out var error) is not { } order) return evaluation.Fail(error);
        var items = new ListText(text.Text);
        kind = Keys(evaluation, items, text.Taint, out var keyed);
        if (kind != ExpandedKind.Ok) return kind;
        if (order.NeedsNumbers && keyed.Select(item => Number.Read(item.Key, out _)).FirstOrDefault(wrong => wrong is not null) is { } bad) return evaluation.Fail(bad);
        var built = new ListBuilder(items.Separator);
        foreach (var item in Sorted(keyed, order)) built.Add(new Value(item.Text, text.Taint));
        return built.AppendTo(evaluation);
    }

    /// <summary>Equal items keep their order; an "or equal" comparator turns it round, as inserting each before its equals does.</summary>
    static IEnumerable<(string Text, string Key)> Sorted(List<(string Text, string Key)> items, SortOrder order)
    {
        if (order.OrEqual) items.Reverse();
        return items.Order(Comparer<(string Text, string Key)>.Create((a, b) => order.Before(a.Key, b.Key) ? -1 : order.Before(b.Key, a.Key) ? 1 : 0));
    }

    ExpandedKind Keys(Evaluation evaluation, ListText items, Taint taint, out List<(string Text, string Key)> keyed)
    {
        keyed = [];
        var context = evaluation.Context;
        var outer = context.CurrentItem;
        var kind = ExpandedKind.Ok;
        foreach (var item in items)
        {
            context.CurrentItem = new Value(item, taint);
            kind = evaluation.Evaluate(extractor, out var key);
            if (kind == ExpandedKind.Ok && key.Text.Length == 0) kind = evaluation.Fail($"field-extract in sort: \"{extractorSource}\"");
            if (kind != ExpandedKind.Ok) break;
            keyed.Add((item, key.Text));
        }
        context.CurrentItem = outer;
        return kind;
    }
}

/// <summary>What a comparator's name means.</summary>
sealed record SortOrder(Func<string, string, bool> Before, bool NeedsNumbers, bool OrEqual)
{
    static readonly Dictionary<string, SortOrder> Known = new(StringComparer.Ordinal)
    {
        ["<"] = Numeric((a, b) => a < b), ["<="] = Numeric((a, b) => a < b, orEqual: true), [">"] = Numeric((a, b) => a > b), [">="] = Numeric((a, b) => a > b, orEqual: true),
        ["lt"] = Text(order => order < 0), ["le"] = Text(order => order < 0, orEqual: true), ["gt"] = Text(order => order > 0), ["ge"] = Text(order => order > 0, orEqual: true),
        ["lti"] = Caseless(order => order < 0), ["lei"] = Caseless(order => order < 0, orEqual: true),
        ["gti"] = Caseless(order => order > 0), ["gei"] = Caseless(order => order > 0, orEqual: true),
    };

    public static SortOrder? Find(string name, out string error)
    {
        error = "";
        if (Known.TryGetValue(name, out var order)) return order;
        if (name.Length == 0 || (ConditionTable.Find(name) is null && !char.IsAsciiLetter(name[0]))) error = $"condition name expected, but found \"{(name.Length > 16 ? name[..16] : name)}\"";
        else error = ConditionTable.Find(name) is null ? $"unknown condition \"{name}\"" : "comparator not handled for sort";
        return null;
    }

    static SortOrder Numeric(Func<long, long, bool> before, bool orEqual = false) => new((a, b) => before(Read(a), Read(b)), true, orEqual);
    static SortOrder Text(Func<int, bool> before, bool orEqual = false) => new((a, b) => before(string.CompareOrdinal(a, b)), false, orEqual);
    static SortOrder Caseless(Func<int, bool> before, bool orEqual = false) => new((a, b) => before(ComparisonConditions.CompareCaseless(a, b)), false, orEqual);

    static long Read(string text)
    {
        Number.Read(text, out var number);
        return number;
    }
}
