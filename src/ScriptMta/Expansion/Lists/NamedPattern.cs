using System.Runtime.CompilerServices;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>"+name". Its "no" is not final: the items after it are tried (Exim 10.6).</summary>
sealed class NamedPattern(NamedListKind kind, string name) : ListPattern
{
    // Lists in lists in lists: people write two or three; a program's thousands would need the whole stack.
    const int MaxDepth = 100;

    // One parsed list per definition, gone with the configuration that holds it.
    static readonly ConditionalWeakTable<NamedList, RuleList> Lists = [];

    public override ItemResult Test(ListSubject subject)
    {
        if (!subject.Context.Environment.NamedLists.TryGetValue((kind, name), out var definition))
            return ItemResult.Defer($"unknown named {KindName(kind)} list \"+{name}\"");
        if (subject.Walk.Open.Contains(definition))
            return ItemResult.Defer($"the {KindName(kind)} list \"+{name}\" ({definition.Value.At}) refers to itself, by way of +{string.Join(", +", subject.Walk.Open.Select(l => l.Name))}");
        if (subject.Walk.Open.Count >= MaxDepth) return ItemResult.Defer($"named lists nested too deeply at \"+{name}\" (more than {MaxDepth} in one another)");
        var question = new ListResults.Question(definition, subject.Text, subject.Caseless, subject.IpOnly, subject.Captures, subject.Taint.IsTainted);
        if (!subject.Context.Message.ListResults.TryGet(question, out var answer)) return Outcome(Ask(definition, question, subject), subject);
        (subject.Data, subject.Caseless) = (answer.Data, answer.Caseless);
        subject.RestoreCaptures(answer.Captures);
        return Outcome(answer.Match, subject);
    }

    static Match Ask(NamedList definition, ListResults.Question question, ListSubject subject)
    {
        var (taint, varied, walk) = (subject.ListTaint, subject.Walk.Varies, subject.Walk);
        (walk.Varies, subject.Data) = (false, null);
        walk.Open.Add(definition);
        var match = Lists.GetValue(definition, static d => RuleList.Of(d.Kind, d.Value)).Test(subject); // "+caseful" inside goes on outside, as in Exim
        walk.Open.RemoveAt(walk.Open.Count - 1);
        if (definition.Cache) walk.Varies = false;
        if (!walk.Varies && !match.IsDefer)
            subject.Context.Message.ListResults.Keep(question, new(match, subject.Data, subject.HasCaptured ? subject.Context.Captures : null, subject.Caseless));
        walk.Varies |= varied;
        subject.ListTaint = taint;
        return match;
    }

    static ItemResult Outcome(Match match, ListSubject subject) => match.Kind switch
    {
        MatchKind.Yes => ItemResult.Yes(subject.Data),
        MatchKind.No => ItemResult.No,
        _ => ItemResult.Defer(match.Reason ?? ""),
    };

    public static string KindName(NamedListKind kind) => kind switch
    {
        NamedListKind.Domain => "domain",
        NamedListKind.Host => "host",
        NamedListKind.Address => "address",
        _ => "local part",
    };
}
