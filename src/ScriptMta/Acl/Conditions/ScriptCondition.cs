using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>
/// js = function argument…: a JavaScript function decides. true or "yes" is true; false, "" or null is false; any other text is false with that text for the
/// peer. A function that fails or runs over its budget defers.
/// </summary>
static class ScriptCondition
{
    public static AclStep Bind(AclPartSource source)
    {
        var words = source.Argument.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0) source.Error("\"js\" needs the name of a function");
        var arguments = words.Skip(1).Select(w => Template.Parse(w, source.Argument.At)).ToArray();
        var function = words.FirstOrDefault("");
        return (run, _) => new(Call(function, arguments, run));
    }

    static AclResult Call(string function, Template[] templates, AclRun run)
    {
        if (run.Context.Environment.Scripts is not { } scripts || !scripts.Has(function)) return AclResult.Error($"no JavaScript function \"{function}\": is its file in js_files?");
        var arguments = new List<Value>(templates.Length);
        foreach (var template in templates)
        {
            var expanded = template.Expand(run.Context);
            if (expanded.Kind == ExpandedKind.ForcedFail) return AclResult.Ignored;
            if (!expanded.IsOk) return AclResult.Defer($"failed to expand ACL string \"{template.Source}\": {expanded.Error}");
            arguments.Add(expanded.Value);
        }
        var result = scripts.Call(function, arguments, run.Context);
        return result.Kind switch
        {
            ExpandedKind.Ok => ConditionText.IsTrue(result.Text) is { } truth ? AclResult.Of(truth) : new(AclResultKind.Fail, result.Text, result.Text),
            ExpandedKind.ForcedFail => AclResult.Fail,
            _ => AclResult.Defer(result.Error),
        };
    }
}
