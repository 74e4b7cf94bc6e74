namespace ScriptMta.Expansion;

/// <summary>
/// The <c>{yes}{no}</c> end of an item. Without a yes string, success yields <c>$value</c> (or "true" for if); No null and Fails = the word "fail".
/// </summary>
sealed record Branch(string Item, Node? Yes, Node? No, bool Fails)
{
    /// <summary>For an item that sets $value: it holds what was found while the yes string is evaluated, and what it held before afterwards.</summary>
    public ExpandedKind Append(Evaluation evaluation, Value? found)
    {
        if (found is not { } value) return Append(evaluation, false);
        if (Yes is null) return evaluation.Append(value);
        var context = evaluation.Context;
        var outer = context.CurrentValue;
        context.CurrentValue = value;
        var kind = Yes.Append(evaluation);
        context.CurrentValue = outer;
        return kind;
    }

    public ExpandedKind Append(Evaluation evaluation, bool yes)
    {
        if (yes) return Yes is null ? evaluation.Append("true") : Yes.Append(evaluation);
        if (Fails) return evaluation.ForceFail($"\"{Item}\" failed and \"fail\" requested");
        return No is null ? ExpandedKind.Ok : No.Append(evaluation);
    }
}
