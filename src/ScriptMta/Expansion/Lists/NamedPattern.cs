using System.Runtime.CompilerServices;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>"+name". Its "no" is not final: the items after it are tried (Exim 10.6).</summary>
sealed class NamedPattern(NamedListKind kind, string name) : ListPattern
{
    // One parsed list per definition, gone with the configuration that holds it.
    static readonly ConditionalWeakTable<NamedList, RuleList> Lists = [];

    public override ItemResult Test(ListSubject subject)
    {
        if (!subject.Context.Environment.NamedLists.TryGetValue((kind, name), out var definition))
            return ItemResult.Defer($"unknown named {KindName(kind)} list \"+{name}\"");
        if (subject.Open.Contains(definition))
            return ItemResult.Defer($"the {KindName(kind)} list \"+{name}\" ({definition.Value.At}) refers to itself, by way of +{string.Join(", +", subject.Open.Select(l => l.Name))}");
        var taint = subject.ListTaint; // "+caseful" inside goes on outside, as in Exim
        subject.Open.Add(definition);
        var match = Lists.GetValue(definition, static d => RuleList.Of(d.Kind, d.Value)).Test(subject);
        subject.Open.RemoveAt(subject.Open.Count - 1);
        subject.ListTaint = taint;
        return match.Kind switch
        {
            MatchKind.Yes => ItemResult.Yes(subject.Data),
            MatchKind.No => ItemResult.No,
            _ => ItemResult.Defer(match.Reason ?? ""),
        };
    }

    public static string KindName(NamedListKind kind) => kind switch
    {
        NamedListKind.Domain => "domain",
        NamedListKind.Host => "host",
        NamedListKind.Address => "address",
        _ => "local part",
    };
}
