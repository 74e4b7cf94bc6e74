using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>set acl_c… = and set acl_m… = (Exim 44.19): c lasts for the connection, m for the message.</summary>
static class SetModifier
{
    public static AclStep Bind(AclPartSource source)
    {
        var name = source.Variable;
        if (!name.StartsWith("acl_c", StringComparison.Ordinal) && !name.StartsWith("acl_m", StringComparison.Ordinal))
            source.Error($"invalid variable name after \"set\" in ACL modifier \"set {name}\" (must start \"acl_c\" or \"acl_m\")");
        else if (name.Length == 5 || (name[5] != '_' && !char.IsAsciiDigit(name[5])))
            source.Error($"invalid variable name after \"set\" in ACL modifier \"set {name}\" (digit or underscore must follow acl_c or acl_m)");
        var ofConnection = name.Length > 4 && name[4] == 'c';
        var key = name.Length > 5 ? name[5..] : "";
        return AclArgument.Expanded(source, (run, value) =>
        {
            (ofConnection ? run.Context.Connection.AclVariables : run.Context.Message.AclVariables)[key] = value;
            run.Context.Trace?.Add("acl", source.At, $"set {name}", value.Text);
            return AclResult.Ok;
        });
    }
}
