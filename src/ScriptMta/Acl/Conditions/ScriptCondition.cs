using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Scripting;

namespace ScriptMta.Acl;

/// <summary>
/// js = function argument…: a JavaScript function decides (rules/scriptmta.d.ts, AclFunction). true and false are an ordinary condition; a verdict ends the ACL
/// whatever the verb. A function that fails or runs over its budget defers.
/// </summary>
static class ScriptCondition
{
    public static AclStep Bind(AclPartSource source)
    {
        var words = Words(source.Argument.Text);
        if (words.Length == 0) source.Error("\"js\" needs the name of a function");
        var arguments = words.Skip(1).Select(w => Template.Parse(w, source.Argument.At)).ToArray();
        var function = words.FirstOrDefault("");
        return (run, _) => new(Call(function, arguments, run));
    }

    /// <summary>Reports every condition that names a function which no script defines.</summary>
    public static void Check(AclSet set, IScriptFunctions? scripts, ProblemList problems)
    {
        foreach (var list in set.All)
            foreach (var part in list.Statements.SelectMany(s => s.Parts).Where(p => p.Row.Name == "js"))
                if (Words(part.Source[(part.Source.IndexOf('=') + 1)..]).FirstOrDefault() is { } function && scripts?.Has(function) != true)
                    problems.Error(part.At, $"ACL \"{list.Name}\": {Missing(function, scripts)}");
    }

    static AclResult Call(string function, Template[] templates, AclRun run)
    {
        if (run.Context.Environment.Scripts is not ScriptEnginePool scripts || !scripts.Has(function)) return AclResult.Error(Missing(function, run.Context.Environment.Scripts));
        var arguments = new List<Value>(templates.Length);
        foreach (var template in templates)
        {
            var expanded = template.Expand(run.Context);
            if (expanded.Kind == ExpandedKind.ForcedFail) return AclResult.Ignored;
            if (!expanded.IsOk) return AclResult.Defer($"failed to expand ACL string \"{template.Source}\": {expanded.Error}");
            arguments.Add(expanded.Value);
        }
        var outcome = scripts.DecideAcl(function, arguments, run.Context);
        foreach (var header in outcome.Headers) run.Session.HeadersAdd.Add((AddedHeaderPlace.AtEnd, header));
        run.Session.HeadersRemove.AddRange(outcome.Removed);
        return outcome switch
        {
            AclScriptOutcome.Holds holds => AclResult.Of(holds.Value),
            AclScriptOutcome.Ends ends => Ending(ends, run),
            AclScriptOutcome.Failed failed => AclResult.Defer(failed.LogText),
            _ => throw new InvalidOperationException(outcome.ToString()),
        };
    }

    static AclResult Ending(AclScriptOutcome.Ends ends, AclRun run)
    {
        if (ends.Verdict == ScriptVerdict.Discard && (run.Where == AclWhere.PreData || !AclPlaces.Message.Holds(run.Where)))
            return AclResult.Error($"verdict \"discard\" not allowed in {AclWhereNames.Text(run.Where)} ACL");
        if (ends.Verdict == ScriptVerdict.Defer) run.TemporaryDetails = true;
        var kind = ends.Verdict switch
        {
            ScriptVerdict.Accept => AclResultKind.Ok,
            ScriptVerdict.Deny => AclResultKind.Fail,
            ScriptVerdict.Defer => AclResultKind.Defer,
            _ => AclResultKind.Discard,
        };
        return new(kind, NullIfEmpty(ends.Text), NullIfEmpty(ends.LogText) ?? NullIfEmpty(ends.Text)) { IsFinal = true };
    }

    static string Missing(string function, IScriptFunctions? scripts) =>
        scripts is ScriptEnginePool pool ? pool.Missing(function) : $"there is no JavaScript function \"{function}\": set js_files in the main section";

    static string[] Words(string argument) => argument.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
    static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
