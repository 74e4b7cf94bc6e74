using ScriptMta.Common.Posix;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Scripting;

namespace ScriptMta.Routing;

/// <summary>What routers need to know of a transport, without knowing transports. HasHosts: it brings its own host list (smtp's hosts option).</summary>
sealed record TransportTraits(string Name, string Driver, bool IsLocal, bool HasHosts);

/// <summary>What routers use beside the rules themselves. Everything has the system's own as its default, so that tests can put tables there.</summary>
sealed record RoutingDependencies
{
    public required IReadOnlyDictionary<string, TransportTraits> Transports { get; init; }
    public required HostResolver Hosts { get; init; }
    /// <summary>JavaScript for driver = js; null when no js_files are set.</summary>
    public ScriptEnginePool? Scripts { get; init; }
    /// <summary>disable_ipv6 and dns_ipv4_lookup as they apply to every router.</summary>
    public AddressOrder AddressOrder { get; init; } = AddressOrder.IPv6First;
    /// <summary>allow_mx_to_ip.</summary>
    public bool AllowMxToIp { get; init; }
    public Func<string, UnixUser?> UserByName { get; init; } = Users.ByName;
    public Func<uint, UnixUser?> UserByUid { get; init; } = Users.ByUid;
    public Func<string, uint?> GroupByName { get; init; } = Users.GroupId;
    /// <summary>`begin rewrite`: addresses that redirection generates, and those that are verified, are rewritten (Exim 31.2).</summary>
    public RewriteRules Rewrite { get; init; } = RewriteRules.None;
    public AddressRules AddressRules { get; init; } = AddressRules.Default;
    /// <summary>percent_hack_domains.</summary>
    public RuleList? PercentHackDomains { get; init; }
    /// <summary>hosts_treat_as_local.</summary>
    public RuleList? HostsTreatedAsLocal { get; init; }
    /// <summary>Kept by tests that need one order of randomized hosts.</summary>
    public Random Random { get; init; } = Random.Shared;
}
