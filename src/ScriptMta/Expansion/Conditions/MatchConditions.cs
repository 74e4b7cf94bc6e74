using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>Patterns and lists. What match captures is $0 to $9 until the end of the if; what a list item gave is $value there.</summary>
static class MatchConditions
{
    public static readonly ConditionRow[] Rows =
    [
        ConditionRow.Call("match", 2, Match),
        ConditionRow.Call("match_domain", 2, (Evaluation e, Value[] a, out bool yes) => MatchList(e, a, NamedListKind.Domain, out yes)),
        ConditionRow.Call("match_ip", 2, MatchIp),
        ConditionRow.Call("match_address", 2, (Evaluation e, Value[] a, out bool yes) => MatchList(e, a, NamedListKind.Address, out yes)),
        ConditionRow.Call("match_local_part", 2, (Evaluation e, Value[] a, out bool yes) => MatchList(e, a, NamedListKind.LocalPart, out yes)),
        ConditionRow.Call("inlist", 2, (Evaluation e, Value[] a, out bool yes) => InList(e, a, StringComparison.Ordinal, out yes)),
        ConditionRow.Call("inlisti", 2, (Evaluation e, Value[] a, out bool yes) => InList(e, a, StringComparison.OrdinalIgnoreCase, out yes)),
    ];

    static ExpandedKind Match(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        yes = false;
        if (Pattern.Compile(arguments[1].Text, false, out var error) is not { } pattern) return evaluation.Fail(error);
        var match = pattern.Match(arguments[0].Text);
        if (match.IsDefer) return evaluation.Defer(match.Reason ?? "the pattern took too long");
        yes = match.IsYes;
        if (yes) evaluation.Context.Captures = Captures.From(match, arguments[0].Taint);
        return ExpandedKind.Ok;
    }

    static ExpandedKind MatchIp(Evaluation evaluation, Value[] arguments, out bool yes)
    {
        yes = false;
        var address = arguments[0].Text;
        return address.Length != 0 && IpText.Version(address) == 0
            ? evaluation.Fail($"\"{address}\" is not an IP address") : MatchList(evaluation, arguments, NamedListKind.Host, out yes);
    }

    /// <summary>The second argument has been expanded already, and its items are not expanded again.</summary>
    static ExpandedKind MatchList(Evaluation evaluation, Value[] arguments, NamedListKind kind, out bool yes)
    {
        var context = evaluation.Context;
        context.Captures = [.. context.Captures]; // lists set these in place; the if that we are in puts the old ones back
        var subject = new ListSubject
        {
            Context = context, Kind = kind, Text = arguments[0].Text, ListTaint = arguments[1].Taint, IpOnly = true,
            Captures = kind is NamedListKind.Domain or NamedListKind.LocalPart,
        };
        var match = ParsedList.Parse(arguments[1].Text, kind).Test(subject);
        yes = match.IsYes;
        if (match.IsDefer) return evaluation.Defer($"unable to complete match against \"{arguments[1].Text}\": {match.Reason}");
        if (yes) context.CurrentValue = subject.Data ?? Value.Empty;
        return ExpandedKind.Ok;
    }

    static ExpandedKind InList(Evaluation evaluation, Value[] arguments, StringComparison comparison, out bool yes)
    {
        yes = false;
        foreach (var item in new ListText(arguments[1].Text))
        {
            if (!item.Equals(arguments[0].Text, comparison)) continue;
            evaluation.Context.CurrentValue = new Value(item, arguments[1].Taint);
            yes = true;
            break;
        }
        return ExpandedKind.Ok;
    }
}
