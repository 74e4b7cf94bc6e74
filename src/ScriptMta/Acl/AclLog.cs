using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>The beginning that log lines of ACLs share: who the peer is.</summary>
static class AclLog
{
    /// <summary>"H=host " (with ident), "U=user " for a local caller, or nothing.</summary>
    public static string Host(ExpansionContext context)
    {
        var connection = context.Connection;
        if (connection.HostAddress.Length == 0) return connection.Ident.Length == 0 ? "" : $"U={connection.Ident} ";
        return connection.Ident.Length == 0 ? $"H={connection.FullHost} " : $"H={connection.FullHost} U={connection.Ident} ";
    }
}
