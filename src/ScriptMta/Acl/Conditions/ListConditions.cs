using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>The conditions that match something against a list, and keep the clean value of the item that matched (Exim 44.26).</summary>
static class ListConditions
{
    public static AclStep Hosts(AclPartSource source) => Bind(source, RuleList.Hosts, (list, run) => list.MatchHost(run.Context.Connection.HostAddress, run.Context),
        (facts, data) => facts.HostData = data);

    public static AclStep Domains(AclPartSource source) => Bind(source, RuleList.Domains, (list, run) => list.MatchDomain(run.Context.Address.Domain, run.Context),
        (facts, data) => facts.DomainData = data);

    public static AclStep LocalParts(AclPartSource source) => Bind(source, RuleList.LocalParts, (list, run) => list.MatchLocalPart(AsGiven(run), run.Context),
        (facts, data) => facts.LocalPartData = data);

    public static AclStep Recipients(AclPartSource source) => Bind(source, RuleList.Addresses,
        (list, run) => list.MatchAddress($"{AsGiven(run)}@{run.Context.Address.Domain}", run.Context), (facts, data) => facts.RecipientData = data);

    public static AclStep Senders(AclPartSource source) => Bind(source, RuleList.Addresses, (list, run) => list.MatchAddress(Sender(run).ToString(), run.Context),
        (facts, data) => facts.SenderData = data);

    public static AclStep SenderDomains(AclPartSource source) => Bind(source, RuleList.Domains, (list, run) => list.MatchDomain(Sender(run).Domain, run.Context), static (_, _) => { });

    /// <summary>Lists see the local part with its capitals, which "+caseful" counts, whatever $local_part shows.</summary>
    static string AsGiven(AclRun run) => run.Session.RecipientLocalPart is { Length: > 0 } given ? given : run.Context.Address.LocalPart;

    static Mail.MailAddress Sender(AclRun run) => run.Context.Message.Sender ?? Mail.MailAddress.Null;

    static AclStep Bind(AclPartSource source, Func<OptionText, RuleList> parse, Func<RuleList, AclRun, ListMatch> match, Action<AddressFacts, Value?> keep)
    {
        var list = parse(source.Argument);
        if (list.Template.SyntaxError is { } error) source.Error(error);
        return (run, _) =>
        {
            var found = match(list, run);
            if (!found.Match.IsDefer) keep(run.Context.Address, found.Data); // of a "no" as well: nothing is left of an earlier match
            return new(AclResult.Of(found.Match));
        };
    }
}
