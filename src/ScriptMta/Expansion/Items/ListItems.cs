using System.Text;

namespace ScriptMta.Expansion;

/// <summary>${map, ${filter and ${reduce.</summary>
static class ListItems
{
    public static Node? ReadMap(TemplateReader reader, ItemRow row)
    {
        if (reader.ReadArgument("missing '{' for first arg of map") is not { } list) return null;
        if (ReadEach(reader, row) is not { } each) return null;
        return Close(reader, row) ? new MapNode(list, each) : null;
    }

    public static Node? ReadReduce(TemplateReader reader, ItemRow row)
    {
        if (reader.ReadArgument("missing '{' for first arg of reduce") is not { } list) return null;
        if (reader.ReadArgument("missing '{' for second arg of reduce") is not { } start) return null;
        if (ReadEach(reader, row) is not { } each) return null;
        return Close(reader, row) ? new ReduceNode(list, start, each) : null;
    }

    public static Node? ReadFilter(TemplateReader reader, ItemRow row)
    {
        if (reader.ReadArgument("missing '{' for first arg of filter") is not { } list) return null;
        reader.SkipSpace();
        if (!reader.Take('{')) return reader.FailBraces("missing '{' for last arg of filter");
        if (reader.ReadNested("\"filter\" item") is not { } condition) return null;
        reader.SkipSpace();
        if (!reader.Take('}')) return reader.FailBraces("missing } at end of condition or expression inside \"filter\"; could be an unquoted } in the content");
        return Close(reader, row) ? new FilterNode(list, condition) : null;
    }

    /// <summary>An error in the expression says in which item it stands.</summary>
    static Node? ReadEach(TemplateReader reader, ItemRow row)
    {
        reader.SkipSpace();
        if (!reader.Take('{')) return reader.FailBraces($"missing '{{' for last arg of {row.Name}");
        var each = reader.ReadBraced();
        if (each is null) reader.AddToError($" inside \"{row.Name}\" item");
        else reader.At++;
        return each;
    }

    static bool Close(TemplateReader reader, ItemRow row)
    {
        reader.SkipSpace();
        if (!reader.Take('}')) reader.FailBraces($"missing }} at end of \"{row.Name}\"");
        return reader.Error is null;
    }
}

/// <summary>The list that map and filter make; it has the separator of the list that they read, without naming it.</summary>
ref struct ListBuilder(char separator)
{
    readonly StringBuilder _text = new();
    bool _any;

    public Taint Taint { get; set; }

    public void Add(Value item)
    {
        ListText.AppendItem(_text, !_any, item.Text, separator);
        _any = true;
        if (item.Text.Length != 0) Taint = Taint.Join(item.Taint);
    }

    public readonly ExpandedKind AppendTo(Evaluation evaluation) => evaluation.Append(_text.ToString(), Taint);
}

sealed class MapNode(Node list, Node each) : Node
{
    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(list, out var text);
        if (kind != ExpandedKind.Ok) return kind;
        var items = new ListText(text.Text);
        var built = new ListBuilder(items.Separator);
        var context = evaluation.Context;
        var outer = context.CurrentItem;
        foreach (var item in items)
        {
            context.CurrentItem = new Value(item, text.Taint);
            kind = evaluation.Inside(evaluation.Evaluate(each, out var mapped), "\"map\" item");
            if (kind != ExpandedKind.Ok) break;
            built.Add(mapped);
        }
        context.CurrentItem = outer;
        return kind == ExpandedKind.Ok ? built.AppendTo(evaluation) : kind;
    }
}

sealed class FilterNode(Node list, Condition condition) : Node
{
    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(list, out var text);
        if (kind != ExpandedKind.Ok) return kind;
        var items = new ListText(text.Text);
        var built = new ListBuilder(items.Separator);
        var context = evaluation.Context;
        var (outer, captures) = (context.CurrentItem, context.Captures);
        foreach (var item in items)
        {
            context.CurrentItem = new Value(item, text.Taint);
            kind = evaluation.Inside(condition.Test(evaluation, out var kept), "\"filter\" condition");
            if (kind != ExpandedKind.Ok) break;
            if (kept) built.Add(new Value(item, text.Taint));
        }
        (context.CurrentItem, context.Captures) = (outer, captures);
        return kind == ExpandedKind.Ok ? built.AppendTo(evaluation) : kind;
    }
}

sealed class ReduceNode(Node list, Node start, Node each) : Node
{
    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(list, out var text);
        if (kind != ExpandedKind.Ok) return kind;
        kind = evaluation.Evaluate(start, out var value);
        if (kind != ExpandedKind.Ok) return kind;
        var context = evaluation.Context;
        var (outerItem, outerValue) = (context.CurrentItem, context.CurrentValue);
        foreach (var item in new ListText(text.Text))
        {
            (context.CurrentItem, context.CurrentValue) = (new Value(item, text.Taint), value);
            kind = evaluation.Inside(evaluation.Evaluate(each, out value), "\"reduce\" item");
            if (kind != ExpandedKind.Ok) break;
        }
        (context.CurrentItem, context.CurrentValue) = (outerItem, outerValue);
        return kind == ExpandedKind.Ok ? evaluation.Append(value) : kind;
    }
}
