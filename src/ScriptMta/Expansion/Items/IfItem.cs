namespace ScriptMta.Expansion;

/// <summary>${if condition {yes}{no}}. What a match in the condition captured is seen by both strings and forgotten afterwards.</summary>
sealed class IfItem(Condition condition, Branch branch) : Node
{
    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        var condition = ConditionGrammar.Read(reader);
        if (condition is null) return null;
        return ArgumentGrammar.ReadBranch(reader, row.Name) is { } branch ? new IfItem(condition, branch) : null;
    }

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var context = evaluation.Context;
        var (captures, value) = (context.Captures, context.CurrentValue);
        var kind = condition.Test(evaluation, out var yes);
        if (kind == ExpandedKind.Ok) kind = branch.Append(evaluation, yes);
        (context.Captures, context.CurrentValue) = (captures, value);
        return kind;
    }
}
