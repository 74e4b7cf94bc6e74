using ScriptMta.Expansion;
using ScriptMta.Language;

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
        // Colons only: no list syntax besides (44.25).
        for (var position = 0; ListSyntax.TryNext(value.Text, ':', ref position, out var name);)
            if (name.Text.Length > 0) run.Session.HeadersRemove.Add(name.Text);
        return AclResult.Ok;
    });
}
