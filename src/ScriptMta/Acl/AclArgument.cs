using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>The argument of a condition or modifier: parsed at load, its syntax errors reported there, expanded at each run.</summary>
static class AclArgument
{
    public static Template Parse(AclPartSource source)
    {
        var template = Template.Parse(source.Argument);
        if (template.SyntaxError is { } error) source.Error(error);
        return template;
    }

    /// <summary>A part that works on its expanded argument. A forced failure makes a condition true and a modifier do nothing (44.20).</summary>
    public static AclStep Expanded(AclPartSource source, Func<AclRun, Value, CancellationToken, ValueTask<AclResult>> work)
    {
        var template = Parse(source);
        return (run, cancel) =>
        {
            var expanded = template.Expand(run.Context);
            if (expanded.IsOk && !template.IsConstant) run.Context.Trace?.Add("value", template.At, template.Source, expanded.Text);
            return expanded.Kind switch
            {
                ExpandedKind.Ok => work(run, expanded.Value, cancel),
                ExpandedKind.ForcedFail => new(Forced(source)),
                _ => new(Failed(template, expanded)),
            };
        };
    }

    /// <summary>What cannot be looked up now may be there later; all else is a mistake in the rule, which ends the ACL whatever the verb.</summary>
    public static AclResult Failed(Template template, Expanded expanded) =>
        new(expanded.Kind == ExpandedKind.Deferred ? AclResultKind.Defer : AclResultKind.Error, null, $"failed to expand ACL string \"{template.Source}\": {expanded.Error}");

    /// <summary>The same for parts that never wait.</summary>
    public static AclStep Expanded(AclPartSource source, Func<AclRun, Value, AclResult> work) => Expanded(source, (run, value, _) => new(work(run, value)));

    /// <summary>An ignored condition is true "whether it is positive or negative" (44.26), which the evaluator learns from this result.</summary>
    static AclResult Forced(AclPartSource source) => AclParts.Find(source.Name) is { IsModifier: true } ? AclResult.Ok : AclResult.Ignored;
}
