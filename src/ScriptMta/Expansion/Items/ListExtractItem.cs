namespace ScriptMta.Expansion;

/// <summary>${listextract{number}{list}{yes}{no}}: item n from 1, from the end when negative.</summary>
sealed class ListExtractItem(Node number, Node list, Branch branch) : Node
{
    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        if (reader.ReadArgument("missing '{' for arg 1 of listextract") is not { } number) return null;
        if (number is TextNode known && Problem(known.Value.Text) is { } problem) return reader.Fail(problem);
        if (reader.ReadArgument("missing '{' for arg 2 of listextract") is not { } list) return null;
        return ArgumentGrammar.ReadBranch(reader, row.Name) is { } branch ? new ListExtractItem(number, list, branch) : null;
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(number, out var position);
        if (kind != ExpandedKind.Ok) return kind;
        if (Problem(position.Text) is { } problem) return evaluation.Fail(problem);
        kind = evaluation.Evaluate(list, out var items);
        if (kind != ExpandedKind.Ok) return kind;
        var found = Pick(new ListText(items.Text).ToList(), Fields.FieldNumber(position.Text));
        return branch.Append(evaluation, found is null ? null : new Value(found, items.Taint));
    }

    /// <summary>As Exim does, this is told of a number that stands in the text before what may be wrong after it.</summary>
    static string? Problem(string number)
    {
        var text = number.Trim(' ', '\t', '\n', '\r');
        if (text.Length == 0) return "first argument of \"listextract\" must not be empty";
        return Fields.IsNumber(text) ? null : "first argument of \"listextract\" must be numeric";
    }

    static string? Pick(List<string> items, int number)
    {
        if (number == 0 || items.Count == 0) return null;
        var index = number > 0 ? number - 1L : items.Count + (long)number;
        if (index < -1) index = 0; // one before the start is nothing, further before it is the first item: Exim's
        return index >= 0 && index < items.Count ? items[(int)index] : null;
    }
}
