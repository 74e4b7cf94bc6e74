namespace ScriptMta.Expansion;

/// <summary>A parsed condition. Anything but Ok ends the expansion: a condition that could not be decided is never a "no".</summary>
abstract class Condition
{
    public abstract ExpandedKind Test(Evaluation evaluation, out bool yes);
}

sealed class NotCondition(Condition inner) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        var kind = inner.Test(evaluation, out yes);
        yes = !yes;
        return kind;
    }
}

/// <summary>and{…} and or{…}: parts after the deciding one are not evaluated.</summary>
sealed class GroupCondition(Condition[] parts, bool decides) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        yes = !decides;
        foreach (var part in parts)
        {
            var kind = part.Test(evaluation, out yes);
            if (kind != ExpandedKind.Ok || yes == decides) return evaluation.Inside(kind, decides ? "\"or{...}\" condition" : "\"and{...}\" condition");
        }
        return ExpandedKind.Ok;
    }
}

/// <summary>def: true when the variable has text. What goes wrong in it is that it is not known here.</summary>
sealed class DefinedCondition(Node node, string name) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        var mark = evaluation.Begin();
        var kind = node.Append(evaluation);
        yes = evaluation.Length > mark.Position;
        evaluation.Drop(mark);
        return kind == ExpandedKind.Failed ? evaluation.Fail($"unknown variable \"{name}\" after \"def:\"{(evaluation.Error.EndsWith(VariableTable.IsStrict, StringComparison.Ordinal) ? VariableTable.IsStrict : "")}") : kind;
    }
}

/// <summary>A header is defined when it is there, even if empty.</summary>
sealed class HeaderDefinedCondition(string name) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        yes = evaluation.Context.Message.Headers?.Has(name) ?? false;
        return ExpandedKind.Ok;
    }
}

/// <summary>A condition without arguments.</summary>
sealed class FactCondition(Func<ExpansionContext, bool> fact) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        yes = fact(evaluation.Context);
        return ExpandedKind.Ok;
    }
}

/// <summary>Two strings compared as spans where they lie, so that ${if eq costs no garbage.</summary>
sealed class CompareCondition(TextComparison compare, Node left, Node right) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        yes = false;
        var outer = evaluation.Begin();
        var kind = left.Append(evaluation);
        var middle = evaluation.Length;
        if (kind == ExpandedKind.Ok) kind = right.Append(evaluation);
        if (kind == ExpandedKind.Ok) yes = compare(evaluation.Since(outer.Position)[..(middle - outer.Position)], evaluation.Since(middle));
        evaluation.Drop(outer);
        return kind;
    }
}

/// <summary>All arguments are evaluated, then the function decides.</summary>
sealed class CallCondition(ConditionFunction function, Node[] arguments) : Condition
{
    public override ExpandedKind Test(Evaluation evaluation, out bool yes)
    {
        yes = false;
        var values = new Value[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            var kind = evaluation.Evaluate(arguments[i], out values[i]);
            if (kind != ExpandedKind.Ok) return kind;
        }
        return function(evaluation, values, out yes);
    }
}

delegate bool TextComparison(ReadOnlySpan<char> left, ReadOnlySpan<char> right);

delegate ExpandedKind ConditionFunction(Evaluation evaluation, Value[] arguments, out bool yes);
