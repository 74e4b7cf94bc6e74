using System.Collections.Immutable;
using ScriptMta.Expansion;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Acl;

/// <summary>One address of a host to call, and how.</summary>
sealed record CalloutHost(PeerEndpoint Endpoint, SmtpClientSettings Settings);

/// <summary>Whom a planned delivery would go to: what a callout asks of the transport.</summary>
abstract record CalloutRoute
{
    CalloutRoute() { }

    /// <summary>In the order to try; never empty.</summary>
    public sealed record Hosts(ImmutableArray<CalloutHost> Items, bool IncludesAffixes) : CalloutRoute;
    /// <summary>Nothing leaves this machine: routing was all there is to verify.</summary>
    public sealed record Local : CalloutRoute;
    /// <summary>Hosts that cannot be found or called now. Panic is for the administrator, where it is a fault of the configuration.</summary>
    public sealed record Unknown(string? Panic = null) : CalloutRoute;
}

/// <summary>Answers from the transport that the plan names. Transports are a later chapter: Hosting fills this in.</summary>
delegate ValueTask<CalloutRoute> CalloutRouting(PlannedDelivery plan, ExpansionContext context, CancellationToken cancel);
