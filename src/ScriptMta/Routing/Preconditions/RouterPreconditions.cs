using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>One precondition of a router. No carries the reason that traces print; what it finds out it leaves in the visit.</summary>
delegate Match RouterPrecondition(RouterVisit visit);

/// <summary>The preconditions in the order in which they are tested (Exim 3.12). The first that is not a yes decides.</summary>
static class RouterPreconditions
{
    public static readonly ImmutableArray<RouterPrecondition> InOrder =
    [
        NotRoutedHereBefore,
        Affixes,
        UsedForVerifying,
        UsedForAddressTests,
        UsedForDelivery,
        UsedForExpn,
        DomainMatches,
        LocalPartMatches,
        LocalUserExists,
        HomeDirectory,
        DebugPrint,
        SenderMatches,
        RequiredFiles.Check,
        ConditionsHold,
    ];

    public static Match Check(RouterVisit visit)
    {
        foreach (var precondition in InOrder)
            if (precondition(visit) is { IsYes: false } match) return match;
        return Match.Yes;
    }

    static Match No(string reason) => new(MatchKind.No, reason);

    /// <summary>Exim 22.5: a router does not see an address again that it has already turned into an ancestor's child, so an alias may name itself.</summary>
    static Match NotRoutedHereBefore(RouterVisit visit)
    {
        foreach (var ancestor in visit.Address.Ancestors)
            if (ancestor.RoutedBy == visit.Options.Name && (!visit.Options.RepeatUse || IsSame(ancestor, visit)))
                return No($"it has routed {ancestor.Address} before");
        return Match.Yes;
    }

    static bool IsSame(RoutedAddress ancestor, RouterVisit visit) =>
        ancestor.Address.Domain.Equals(visit.Address.Address.Domain, StringComparison.OrdinalIgnoreCase)
        && ancestor.Address.LocalPart.Equals(visit.Address.Address.LocalPart,
            visit.Options.CasefulLocalPart ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase);

    static Match Affixes(RouterVisit visit)
    {
        var (options, facts) = (visit.Options, visit.Facts);
        if (options.Prefix.MatchPrefix(facts.LocalPart) is { } prefix)
        {
            (facts.Prefix, facts.PrefixWild) = (prefix.Affix, prefix.Wild);
            (facts.LocalPart, visit.LocalPartAsGiven) = (facts.LocalPart[prefix.Affix.Length..], visit.LocalPartAsGiven[prefix.Affix.Length..]);
        }
        else if (!options.Prefix.Optional) return No($"local_part_prefix: {facts.LocalPart} has none of \"{string.Join(" : ", options.Prefix.Affixes)}\"");
        if (options.Suffix.MatchSuffix(facts.LocalPart) is { } suffix)
        {
            (facts.Suffix, facts.SuffixWild) = (suffix.Affix, suffix.Wild);
            (facts.LocalPart, visit.LocalPartAsGiven) = (facts.LocalPart[..^suffix.Affix.Length], visit.LocalPartAsGiven[..^suffix.Affix.Length]);
        }
        else if (!options.Suffix.Optional) return No($"local_part_suffix: {facts.LocalPart} has none of \"{string.Join(" : ", options.Suffix.Affixes)}\"");
        return Match.Yes;
    }

    static Match UsedForVerifying(RouterVisit visit) => visit.Purpose switch
    {
        RoutingPurpose.VerifySender when !visit.Options.VerifySender => No("no_verify_sender: not used to verify senders"),
        RoutingPurpose.VerifyRecipient when !visit.Options.VerifyRecipient => No("no_verify_recipient: not used to verify recipients"),
        _ => Match.Yes,
    };

    static Match UsedForAddressTests(RouterVisit visit) =>
        visit.Purpose == RoutingPurpose.AddressTest && !visit.Options.AddressTest ? No("no_address_test: not used to test addresses") : Match.Yes;

    static Match UsedForDelivery(RouterVisit visit) =>
        visit.Options.VerifyOnly && !visit.IsVerifying ? No("verify_only: not used for delivery") : Match.Yes;

    static Match UsedForExpn(RouterVisit visit) =>
        visit.Purpose == RoutingPurpose.Expn && !visit.Options.Expn ? No("no_expn: not used for EXPN") : Match.Yes;

    static Match DomainMatches(RouterVisit visit)
    {
        if (visit.Options.Domains is not { } list) return Match.Yes;
        var match = list.MatchDomain(visit.Facts.Domain, visit.Context);
        if (match.Match.IsYes) visit.Facts.DomainData = match.Data;
        return Explained(match.Match, "domains", visit.Facts.Domain, list);
    }

    static Match LocalPartMatches(RouterVisit visit)
    {
        if (visit.Options.LocalParts is not { } list) return Match.Yes;
        var match = list.MatchLocalPart(visit.LocalPartAsGiven, visit.Context, visit.Options.CasefulLocalPart);
        if (match.Match.IsYes) visit.Facts.LocalPartData = match.Data;
        return Explained(match.Match, "local_parts", visit.Facts.LocalPart, list);
    }

    static Match LocalUserExists(RouterVisit visit)
    {
        if (!visit.Options.CheckLocalUser) return Match.Yes;
        var name = visit.Facts.LocalPart;
        if (name.Length == 0 || visit.Dependencies.UserByName(name) is not { } user) return No($"check_local_user: there is no account \"{name}\"");
        visit.LocalUser = user;
        var facts = visit.Facts;
        (facts.LocalUserUid, facts.LocalUserGid) = (user.Uid, user.Gid);
        (facts.LocalPartData, facts.Home) = (Value.Clean(name), Value.Clean(user.Home));
        return Match.Yes;
    }

    static Match HomeDirectory(RouterVisit visit)
    {
        if (visit.Options.RouterHome is not { } option) return Match.Yes;
        var home = option.Expand(visit.Context);
        if (home.IsOk) visit.Facts.Home = home.Value;
        return home.Kind is ExpandedKind.Ok or ExpandedKind.ForcedFail
            ? Match.Yes
            : Match.Defer($"failed to expand \"{option.Source}\" for router_home_directory: {home.Error}");
    }

    /// <summary>Only people see it: a failure is shown and stops nothing.</summary>
    static Match DebugPrint(RouterVisit visit)
    {
        if (visit.Options.DebugPrint is not { } option || visit.Context.Trace is not { } trace) return Match.Yes;
        var text = option.Expand(visit.Context);
        trace.Add("debug_print", visit.Options.At, visit.Options.Name, text.IsOk ? text.Text : text.Error);
        return Match.Yes;
    }

    static Match SenderMatches(RouterVisit visit)
    {
        if (visit.Options.Senders is not { } list) return Match.Yes;
        var sender = visit.Purpose == RoutingPurpose.VerifySender ? "" : visit.Context.Message.Sender?.ToString() ?? "";
        var match = list.MatchAddress(sender, visit.Context);
        if (match.Match.IsYes) visit.Facts.SenderData = match.Data;
        return Explained(match.Match, "senders", sender.Length == 0 ? "<>" : sender, list);
    }

    static Match ConditionsHold(RouterVisit visit)
    {
        foreach (var condition in visit.Options.Conditions)
        {
            var value = condition.Expand(visit.Context);
            if (value.Kind is ExpandedKind.Failed or ExpandedKind.Deferred)
                return Match.Defer($"failed to expand condition \"{condition.Source}\" for {visit.Options.Name} router: {value.Error}");
            if (value.Kind == ExpandedKind.ForcedFail || !ConditionText.IsTrueLax(value.Text))
                return No($"condition: \"{condition.Source}\" gives \"{value.Text}\"");
        }
        return Match.Yes;
    }

    static Match Explained(Match match, string option, string subject, RuleList list) => match.Kind switch
    {
        MatchKind.Yes => match,
        MatchKind.No => No($"{option}: {subject} is not in \"{list.Template.Source}\""),
        _ => Match.Defer($"{option} check lookup or other defer: {match.Reason}"),
    };
}
