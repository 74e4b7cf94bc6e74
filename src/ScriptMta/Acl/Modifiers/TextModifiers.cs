using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>message and log_message (kept until the statement's outcome is known), continue and endpass (Exim 44.21).</summary>
static class TextModifiers
{
    public static AclStep Message(AclPartSource source) => Keep(AclArgument.Parse(source), static (run, template) => run.Message = template);

    public static AclStep LogMessage(AclPartSource source) => Keep(AclArgument.Parse(source), static (run, template) => run.LogMessage = template);

    public static AclStep Continue(AclPartSource source) => AclArgument.Expanded(source, static (_, _) => AclResult.Ok);

    public static AclStep EndPass(AclPartSource source) => static (run, _) =>
    {
        run.EndPassSeen = true;
        return new(AclResult.Ok);
    };

    static AclStep Keep(Template template, Action<AclRun, Template> keep) => (run, _) =>
    {
        keep(run, template);
        return new(AclResult.Ok);
    };
}
