using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Queue;

/// <summary>Which destinations a rule is for: an item of a domain list for the recipient's domain, or mx=pattern for the name of any of its hosts. Neither: all.</summary>
sealed class DestinationPattern(RuleList? domains, string? host)
{
    public static DestinationPattern Of(string? domain, string? mx, SourceLocation at) => new(domain is null or "*" ? null : RuleList.Domains(new OptionText(domain, at)), mx);

    public bool Matches(DestinationName name, ExpansionContext context) =>
        (domains is null || domains.MatchDomain(name.Domain, context).Match.IsYes) && (host is null || name.Hosts.Any(h => WordPattern.Matches(host, WithoutPort(h))));

    static ReadOnlySpan<char> WithoutPort(string host) => host.AsSpan(0, host.IndexOf(':') is var colon and > 0 ? colon : host.Length);
}
