namespace ScriptMta.Expansion;

/// <summary>
/// ${sort{list}{comparator}{extractor}}: the comparator is the name of a condition with two arguments (&lt; lt lti le … &gt; gt …) and not expanded, the extractor takes the sort
/// key out of $item. Stable.
/// </summary>
sealed class SortItem(Node list, SortOrder order, Node extractor, string extractorSource) : Node
{
    // Inserting takes the square of this.
    const int MostInserted = 2000;

    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        if (reader.ReadArgument("missing '{' for list arg of sort") is not { } list) return null;
        reader.SkipSpace();
        if (!reader.Take('{')) return reader.Fail("missing '{' for comparator arg of sort");
        if (reader.ReadTo('}') is not { } comparator) return reader.FailAtEnd();
        if (SortOrders.Find(comparator, out var error) is not { } order) return reader.Fail(error);
        reader.SkipSpace();
        var start = reader.At + 1;
        if (reader.ReadArgument("missing '{' for extractor arg of sort") is not { } extractor) return null;
        var source = reader.Text[start..(reader.At - 1)];
        return reader.Take('}') ? new SortItem(list, order, extractor, source) : reader.FailBraces("missing } at end of \"sort\"");
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(list, out var text);
        if (kind != ExpandedKind.Ok) return kind;
        var items = new ListText(text.Text);
        kind = Keys(evaluation, items, text.Taint, out var keyed);
        if (kind != ExpandedKind.Ok) return kind;
        var built = new ListBuilder(items.Separator);
        foreach (var item in Sorted(keyed, order)) built.Add(new Value(item.Text, text.Taint));
        return built.AppendTo(evaluation);
    }

    /// <summary>
    /// Each item goes before the first one that it sorts before, as in Exim, so that comparisons which fail (of what is no number) or contradict each other come out the
    /// same. Lists too long for that are sorted the quick way, which differs only there.
    /// </summary>
    static List<(string Text, string Key)> Sorted(List<(string Text, string Key)> items, SortOrder order)
    {
        if (items.Count > MostInserted)
            return [.. items.Order(Comparer<(string Text, string Key)>.Create((a, b) => order(a.Key, b.Key) ? -1 : order(b.Key, a.Key) ? 1 : 0))];
        var sorted = new List<(string Text, string Key)>(items.Count);
        foreach (var item in items)
        {
            var at = sorted.FindIndex(other => order(item.Key, other.Key));
            sorted.Insert(at < 0 ? sorted.Count : at, item);
        }
        return sorted;
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
            if (kind is ExpandedKind.Failed or ExpandedKind.Ok && key.Text.Length == 0) kind = evaluation.Fail($"field-extract in sort: \"{extractorSource}\"");
            if (kind != ExpandedKind.Ok) break;
            keyed.Add((item, key.Text));
        }
        context.CurrentItem = outer;
        return kind;
    }
}

/// <summary>Whether the first key goes before the second.</summary>
delegate bool SortOrder(string one, string other);

/// <summary>What a comparator's name means.</summary>
static class SortOrders
{
    static readonly Dictionary<string, SortOrder> Known = new(StringComparer.Ordinal)
    {
        ["<"] = Numeric((a, b) => a < b), ["<="] = Numeric((a, b) => a <= b), [">"] = Numeric((a, b) => a > b), [">="] = Numeric((a, b) => a >= b),
        ["lt"] = Text(order => order < 0), ["le"] = Text(order => order <= 0), ["gt"] = Text(order => order > 0), ["ge"] = Text(order => order >= 0),
        ["lti"] = Caseless(order => order < 0), ["lei"] = Caseless(order => order <= 0),
        ["gti"] = Caseless(order => order > 0), ["gei"] = Caseless(order => order >= 0),
    };

    public static SortOrder? Find(string text, out string error)
    {
        error = "";
        var name = new TemplateReader(text).ReadConditionName();
        if (Known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var order)) return order;
        if (name.Length == 0) error = $"condition name expected, but found \"{ConditionGrammar.Shown(text)}\"";
        else error = ConditionTable.Find(name) is null ? $"unknown condition \"{name}\"" : "comparator not handled for sort";
        return null;
    }

    static SortOrder Numeric(Func<long, long, bool> before) =>
        (a, b) => Number.Read(a, out var first) is null && Number.Read(b, out var second) is null && before(first, second);

    static SortOrder Text(Func<int, bool> before) => (a, b) => before(string.CompareOrdinal(a, b));
    static SortOrder Caseless(Func<int, bool> before) => (a, b) => before(ComparisonConditions.CompareCaseless(a, b));
}
