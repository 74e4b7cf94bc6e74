using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>ipv4_only and ipv4_prefer: expanded, and true unless forced to fail, empty, 0, no or false.</summary>
static class HostOrder
{
    public static AddressOrder Of(RouterVisit visit, Template? only, Template? prefer) =>
        Holds(only, visit) ? AddressOrder.IPv4Only
        : Holds(prefer, visit) && visit.Dependencies.AddressOrder == AddressOrder.IPv6First ? AddressOrder.IPv4First
        : visit.Dependencies.AddressOrder;

    static bool Holds(Template? template, RouterVisit visit) =>
        template?.Expand(visit.Context) is { IsOk: true } value && ConditionText.IsTrueLax(value.Text);
}
