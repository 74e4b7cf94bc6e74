using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>condition, authenticated, encrypted (Exim 44.26).</summary>
static class StringConditions
{
    public static AclStep Condition(AclPartSource source) => AclArgument.Expanded(source, (_, value) =>
        ConditionText.IsTrue(value.Text) is { } truth ? AclResult.Of(truth) : AclResult.Defer($"invalid \"condition\" value \"{value.Text}\""));

    public static AclStep Authenticated(AclPartSource source) => OneOf(source, run => run.Context.Connection.Authenticator);

    public static AclStep Encrypted(AclPartSource source) => OneOf(source, run => run.Context.Connection.TlsCipher);

    /// <summary>A string list against one name; no name (not authenticated, not encrypted) matches nothing.</summary>
    static AclStep OneOf(AclPartSource source, Func<AclRun, string> name)
    {
        var list = RuleList.Domains(source.Argument);
        if (list.Template.SyntaxError is { } error) source.Error(error);
        return (run, _) =>
        {
            if (name(run) is not { Length: > 0 } known) return new(AclResult.Fail);
            var captures = run.Context.Captures;
            var match = list.MatchDomain(known, run.Context).Match;
            run.Context.Captures = captures; // unlike those of domains and senders, these leave $1 as it was
            return new(AclResult.Of(match));
        };
    }
}
