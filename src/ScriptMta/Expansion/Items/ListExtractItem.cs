namespace ScriptMta.Expansion;

/// <summary>${listextract{number}{list}{yes}{no}}: item n from 1, from the end when negative.</summary>
sealed class ListExtractItem(Node number, Node list, Branch branch) : Node
{
    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        if (reader.ReadArgument("missing '{' for arg 1 of listextract") is not { } number) return null;
        if (reader.ReadArgument("missing '{' for arg 2 of listextract") is not { } list) return null;
        return ArgumentGrammar.ReadBranch(reader, row.Name) is { } branch ? new ListExtractItem(number, list, branch) : null;
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = evaluation.Evaluate(number, out var position);
        if (kind != ExpandedKind.Ok) return kind;
        var text = position.Text.Trim(' ', '\t', '\n', '\r');
        if (text.Length == 0) return evaluation.Fail("first argument of \"listextract\" must not be empty");
        if (!Fields.IsNumber(text)) return evaluation.Fail("first argument of \"listextract\" must be numeric");
        kind = evaluation.Evaluate(list, out var items);
        if (kind != ExpandedKind.Ok) return kind;
        var found = Pick(new ListText(items.Text).ToList(), Fields.FieldNumber(text));
        return branch.Append(evaluation, found is null ? null : new Value(found, items.Taint));
    }

    static string? Pick(List<string> items, int number)
    {
        if (number == 0) return null;
        var index = number > 0 ? number - 1L : items.Count + (long)number;
        return index >= 0 && index < items.Count ? items[(int)index] : null;
    }
}
