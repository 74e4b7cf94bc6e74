using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Queue;

/// <summary>remote_sort_domains (Exim 14): the order of a message's remote deliveries.</summary>
sealed class RemoteOrder(IReadOnlyList<RuleList> domains)
{
    public static readonly RemoteOrder None = new([]);

    public static RemoteOrder From(OptionReader main)
    {
        // As a whole, it is a list like others, and its mistakes are found so.
        if (main.List("remote_sort_domains", RuleList.Domains) is null || main.Text("remote_sort_domains") is not { } text) return None;
        return new([.. ListSyntax.Split(text.Text).Where(i => i.Text.Length > 0).Select(i => RuleList.Domains(new OptionText(i.Text, text.At)))]);
    }

    public IEnumerable<PlannedDelivery> Sort(IReadOnlyList<PlannedDelivery> deliveries, Func<ExpansionContext> makeContext)
    {
        if (domains.Count == 0) return deliveries;
        var context = makeContext();
        return deliveries.OrderBy(d => Rank(d.Address.Address.Domain, context));
    }

    int Rank(string domain, ExpansionContext context)
    {
        for (var i = 0; i < domains.Count; i++)
            if (domains[i].MatchDomain(domain, context).Match.IsYes) return i;
        return domains.Count;
    }
}
