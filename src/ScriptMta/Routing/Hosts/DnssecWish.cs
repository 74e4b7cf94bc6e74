using ScriptMta.Common;
using ScriptMta.Dns;

namespace ScriptMta.Routing;

/// <summary>dnssec_request_domains and dnssec_require_domains of a router (Exim chapter 15) for one lookup of hosts. A list that cannot be decided asks for what is safer.</summary>
sealed class DnssecWish
{
    DnssecResolver? _resolver;

    DnssecWish(RouterVisit visit, bool requested, bool required)
    {
        IsRequested = requested || required;
        Hosts = IsRequested && !required ? visit.Dependencies.Hosts : visit.Dependencies.Hosts.Asking(dns => _resolver = new DnssecResolver(dns, requested, required));
    }

    public bool IsRequested { get; }
    public HostResolver Hosts { get; }

    /// <summary>An answer did not count; the main log hears of it as of other look-ups that fail.</summary>
    public bool HasRefused(RouterVisit visit)
    {
        if (_resolver?.Refusal is not { } refusal) return false;
        var log = visit.Context.Environment.Log;
        if (log.Options.Has("host_lookup_failed")) log.Main(visit.Context.Message.Id, refusal);
        return true;
    }

    public static DnssecWish Of(RouterVisit visit, string domain) => new(visit,
        visit.Options.DnssecRequest?.MatchDomain(domain, visit.Context).Match.IsYes ?? true,
        visit.Options.DnssecRequire is { } required && required.MatchDomain(domain, visit.Context).Match.Kind != MatchKind.No);
}
