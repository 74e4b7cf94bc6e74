using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>What binding a part could not know: whether the lookup types and JavaScript functions that its argument names are there. Syntax errors have been reported by then.</summary>
static class AclTemplates
{
    public static void Check(AclSet set, RuleEnvironment environment, ProblemList problems)
    {
        foreach (var list in set.All)
            foreach (var part in list.Statements.SelectMany(s => s.Parts))
                if (Problem(part, environment) is { } problem) problems.Error(part.At, $"ACL \"{list.Name}\": {problem}");
    }

    static string? Problem(AclPart part, RuleEnvironment environment)
    {
        var start = part.Source.IndexOf('=') + 1;
        if (start == 0) return null;
        var template = Template.Parse(part.Source[start..], part.At);
        return template.SyntaxError is null ? template.Problem(environment) : null;
    }
}
