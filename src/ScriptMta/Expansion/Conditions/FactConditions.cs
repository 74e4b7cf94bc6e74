using System.Net;

namespace ScriptMta.Expansion;

/// <summary>Conditions about the world: files, IP addresses, the state of this delivery.</summary>
static class FactConditions
{
    public static readonly ConditionRow[] Rows =
    [
        ConditionRow.Call("exists", 1, Exists),
        ConditionRow.Call("isip", 1, (Evaluation _, Value[] a, out bool yes) => Is(IpText.Version(a[0].Text) != 0, out yes)),
        ConditionRow.Call("isip4", 1, (Evaluation _, Value[] a, out bool yes) => Is(IpText.Version(a[0].Text) == 4, out yes)),
        ConditionRow.Call("isip6", 1, (Evaluation _, Value[] a, out bool yes) => Is(IpText.Version(a[0].Text) == 6, out yes)),
        ConditionRow.Fact("first_delivery", context => context.Message.FirstDelivery),
        ConditionRow.Fact("queue_running", context => context.Variables.ContainsKey("queue_running")),
        ConditionRow.Unbuilt("inbound_srs"),
        ConditionRow.Unbuilt("ldapauth"),
        ConditionRow.Unbuilt("pam"),
        ConditionRow.Unbuilt("saslauthd"),
        ConditionRow.Absent("radius"),
        ConditionRow.Absent("pwcheck"),
    ];

    static ExpandedKind Exists(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        var path = arguments[0];
        yes = path.Text.Length != 0 && (File.Exists(path.Text) || Directory.Exists(path.Text));
        return ExpandedKind.Ok;
    }

    static ExpandedKind Is(bool fact, out bool yes)
    {
        yes = fact;
        return ExpandedKind.Ok;
    }
}
