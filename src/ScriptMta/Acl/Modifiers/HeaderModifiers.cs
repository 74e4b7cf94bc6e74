using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>add_header and remove_header (Exim 44.24, 44.25): what they ask for is kept in the session and done when the message is accepted.</summary>
static class HeaderModifiers
{
    public static AclStep Add(AclPartSource source) => AclArgument.Expanded(source, static (run, value) =>
    {
        HeaderAdditions.Add(run.Session, value.Text);
        return AclResult.Ok;
    });

    public static AclStep Remove(AclPartSource source) => AclArgument.Expanded(source, static (run, value) =>
    {
        foreach (var name in new ListText(value.Text))
            if (name.Length > 0) run.Session.HeadersRemove.Add(name);
        return AclResult.Ok;
    });
}
