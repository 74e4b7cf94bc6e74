namespace ScriptMta.Expansion;

/// <summary>What the running expansion or ACL itself sets.</summary>
static class RunVariables
{
    const int AclArguments = 9;
    const int AuthArguments = 4;

    public static readonly KeyValuePair<string, VariableReader>[] Rows =
    [
        new("value", e => e.Context.CurrentValue is { } value ? e.Append(value) : ConnectionVariables.Variable(e, "value")),
        new("item", e => e.Context.CurrentItem is { } item ? e.Append(item) : ConnectionVariables.Variable(e, "item")),
        new("runrc", e => ConnectionVariables.Variable(e, "runrc", "0")),
        new("acl_narg", e => e.Append(e.Context.AclArguments.Count)),
        .. Enumerable.Range(0, AclArguments).Select(AclArgument),
        .. Enumerable.Range(1, AuthArguments).Select(number => ByName("auth" + number)),
        .. Enumerable.Range(0, 10).SelectMany(number => new[] { FilterOnly("n" + number), SystemFilterNumber(number) }),
        ByName("thisaddress"),
        ByName("ldap_dn"),
    ];

    static KeyValuePair<string, VariableReader> AclArgument(int index) =>
        new($"acl_arg{index + 1}", e => index < e.Context.AclArguments.Count ? e.Append(e.Context.AclArguments[index]) : ExpandedKind.Ok);

    static KeyValuePair<string, VariableReader> ByName(string name) => new(name, e => ConnectionVariables.Variable(e, name));

    /// <summary>Known only while a filter runs, which sets it.</summary>
    static KeyValuePair<string, VariableReader> FilterOnly(string name) =>
        new(name, e => e.Context.Variables.TryGetValue(name, out var value) ? e.Append(value) : Unknown(e, name));

    /// <summary>What the system filter left in $n…; 0 in another filter when none ran.</summary>
    static KeyValuePair<string, VariableReader> SystemFilterNumber(int number)
    {
        var (name, own) = ("sn" + number, "n" + number);
        return new(name, e => e.Context.Variables.TryGetValue(name, out var value) ? e.Append(value) : e.Context.Variables.ContainsKey(own) ? e.Append('0') : Unknown(e, name));
    }

    static ExpandedKind Unknown(Evaluation evaluation, string name) => evaluation.Fail($"unknown variable name \"{name}\"");
}
