namespace ScriptMta.Expansion;

/// <summary>${acl and ${js: rules written elsewhere.</summary>
static class RuleItems
{
    /// <summary>The name and up to nine arguments.</summary>
    public const int MostArguments = 10;

    /// <summary>What the ACL's message says, whether it accepts or denies.</summary>
    public static ExpandedKind Acl(Evaluation evaluation, Value[] arguments)
    {
        var result = RunAcl(evaluation.Context, arguments);
        return result.Kind == ExpandedKind.ForcedFail ? evaluation.Append(result.Error) : evaluation.Take(result);
    }

    /// <summary>True when the ACL accepts; $value is its message either way.</summary>
    public static ExpandedKind AclCondition(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        var result = RunAcl(evaluation.Context, arguments);
        yes = result.IsOk;
        if (result.Kind is ExpandedKind.Failed or ExpandedKind.Deferred) return evaluation.Take(result);
        evaluation.Context.CurrentValue = result.IsOk ? result.Value : Value.Clean(result.Error);
        return ExpandedKind.Ok;
    }

    static Expanded RunAcl(ExpansionContext context, Value[] arguments)
    {
        if (arguments[0].IsTainted) return Expanded.Failed($"ERROR from acl \"{arguments[0].Text}\": attempt to use tainted ACL text \"{arguments[0].Text}\"");
        return context.Environment.RunAcl is { } run ? run(arguments[0].Text, arguments[1..], context) : Expanded.Failed($"ERROR from acl \"{arguments[0].Text}\": no ACLs here");
    }
}

/// <summary>${js{function}{argument}…}. A hook that breaks or runs over its budget defers.</summary>
static class ScriptItem
{
    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        if (ArgumentGrammar.ReadAll(reader, row.Name, 1, RuleItems.MostArguments) is not { } arguments) return null;
        if (arguments[0] is TextNode name) reader.ScriptFunctions.Add(name.Value.Text);
        return new CallNode(Run, arguments);
    }

    /// <summary>Null when the function can be called.</summary>
    public static string? Problem(string function, RuleEnvironment environment)
    {
        if (environment.Scripts is not { } scripts) return $"${{js{{{function}}}}}: no js_files are set";
        return scripts.Has(function) ? null : $"${{js{{{function}}}}}: no function of that name in js_files";
    }

    static ExpandedKind Run(Evaluation evaluation, Value[] arguments)
    {
        var (name, scripts) = (arguments[0], evaluation.Context.Environment.Scripts);
        if (name.IsTainted) return evaluation.Fail($"Tainted JavaScript function name '{name.Text}' not permitted");
        if (Problem(name.Text, evaluation.Context.Environment) is { } problem) return evaluation.Fail(problem);
        return evaluation.Take(scripts!.Call(name.Text, arguments[1..], evaluation.Context));
    }
}
