using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>The options `set` and `address_data`, evaluated after the preconditions and before the driver. No = the router declines.</summary>
static class AddressVariables
{
    public static Match Set(RouterVisit visit)
    {
        foreach (var (name, template) in visit.Options.Set)
        {
            var value = template.Expand(visit.Context);
            if (value.Kind == ExpandedKind.ForcedFail) return new(MatchKind.No, $"set r_{name}: forced failure");
            if (!value.IsOk) return Failed(template, visit, value);
            visit.Facts.RouterVariables[name] = value.Value;
        }
        if (visit.Options.AddressData is not { } data) return Match.Yes;
        var expanded = data.Expand(visit.Context);
        if (expanded.Kind == ExpandedKind.ForcedFail) return new(MatchKind.No, "address_data: forced failure");
        if (!expanded.IsOk) return Failed(data, visit, expanded);
        visit.Facts.AddressData = expanded.Value;
        return Match.Yes;
    }

    public static ImmutableDictionary<string, Value> Copy(AddressFacts facts) => facts.RouterVariables.ToImmutableDictionary(StringComparer.Ordinal);

    static Match Failed(Template template, RouterVisit visit, Expanded value) =>
        Match.Defer($"expansion of \"{template.Source}\" failed in {visit.Options.Name} router: {value.Error}");
}
