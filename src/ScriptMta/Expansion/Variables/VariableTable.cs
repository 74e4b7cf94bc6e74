using System.Collections.Frozen;

namespace ScriptMta.Expansion;

/// <summary>
/// Every variable of Exim 4.9x by name without "$" (Exim 11.9), and the families whose names rules choose: $acl_c… and $acl_m…, $r_…. One row each;
/// the rows stand in a file per group.
/// </summary>
static class VariableTable
{
    static readonly FrozenDictionary<string, VariableReader> Rows = new Dictionary<string, VariableReader>(
        [.. ConnectionVariables.Rows, .. TlsVariables.Rows, .. MessageVariables.Rows, .. AddressVariables.Rows, .. SystemVariables.Rows, .. TimeVariables.Rows, .. RunVariables.Rows, .. ContentVariables.Rows,
         .. UnbuiltVariables.Rows], StringComparer.Ordinal).ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenDictionary<string, VariableReader>.AlternateLookup<ReadOnlySpan<char>> ByName = Rows.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The remark that ends the error for an ACL variable that nobody has set.</summary>
    public const string IsStrict = " (strict_acl_vars is set)";

    public static IEnumerable<string> Names => Rows.Keys;

    public static bool Has(string name) => Rows.ContainsKey(name);

    /// <param name="why">A remark in brackets for the error text, or empty.</param>
    public static VariableReader? Find(ReadOnlySpan<char> name, out string why)
    {
        why = "";
        if (ByName.TryGetValue(name, out var row)) return row;
        if (name.StartsWith("acl_")) return FindAclVariable(name, out why);
        return name.StartsWith("r_") ? RouterVariable(name[2..].ToString()) : null;
    }

    static VariableReader? FindAclVariable(ReadOnlySpan<char> name, out string why)
    {
        why = "";
        if (name.Length < 5 || name[4] is not ('c' or 'm')) why = " (user-defined ACL variables must start acl_c or acl_m)";
        else if (name.Length > 5 && name[5] != '_' && !char.IsAsciiDigit(name[5])) why = " (6th character of a user-defined ACL variable must be a digit or underscore)";
        if (why.Length != 0) return null;
        var (key, whole) = (name[5..].ToString(), name.ToString());
        return name[4] == 'c' ? e => AclVariable(e, e.Context.Connection.AclVariables, key, whole) : e => AclVariable(e, e.Context.Message.AclVariables, key, whole);
    }

    /// <summary>Where nobody has set it: empty, or with strict_acl_vars an error.</summary>
    static ExpandedKind AclVariable(Evaluation evaluation, Dictionary<string, Value> variables, string key, string name) =>
        variables.TryGetValue(key, out var value) ? evaluation.Append(value)
        : evaluation.Context.Environment.StrictAclVariables ? evaluation.Fail($"unknown variable name \"{name}\"{IsStrict}") : ExpandedKind.Ok;

    static VariableReader RouterVariable(string key) => e => Lookup(e, e.Context.Address.RouterVariables, key);

    static ExpandedKind Lookup(Evaluation evaluation, Dictionary<string, Value> variables, string key) =>
        variables.TryGetValue(key, out var value) ? evaluation.Append(value) : ExpandedKind.Ok;
}
