using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>Variables that conditions set by name and that do not outlive the message.</summary>
static class AclVariables
{
    static readonly string[] OfMessage = [.. RatelimitCondition.Variables, .. DnsListsCondition.Variables];

    public static void Forget(ExpansionContext context)
    {
        foreach (var name in OfMessage) context.Variables.Remove(name);
    }
}
