using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>percent_hack_domains (Exim 14.23): <c>user%host@here</c> means <c>user@host</c> where "here" is in the list, and so on with the new domain. ACLs see the new address, or a list of the old ones would relay.</summary>
static class PercentHack
{
    /// <summary>Each step makes the address shorter; this many are nobody's honest address.</summary>
    const int Most = 20;

    /// <summary>The address as it is meant; the same one where nothing is hacked. A list that cannot be decided defers.</summary>
    public static Match Apply(RoutingDependencies dependencies, MailAddress address, ExpansionContext context, out MailAddress meant)
    {
        meant = address;
        if (dependencies.PercentHackDomains is not { } domains) return Match.No;
        for (var i = 0; i < Most; i++)
        {
            var local = MailAddress.Unquoted(meant.LocalPart);
            if (local.LastIndexOf('%') is var percent && percent < 0) break;
            var match = domains.MatchDomain(meant.Domain, context).Match;
            if (match.IsDefer) return match;
            if (!match.IsYes) break;
            meant = new(local[..percent], local[(percent + 1)..]);
        }
        return meant == address ? Match.No : Match.Yes;
    }
}
