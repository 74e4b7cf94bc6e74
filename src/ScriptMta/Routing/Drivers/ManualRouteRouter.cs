using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Routing;

/// <summary>Driver manualroute (Exim chapter 20): the hosts, and perhaps the transport, stand in a rule for the domain.</summary>
sealed class ManualRouteRouter(RouterOptions options, ManualRouteOptions manual) : IRouter
{
    public RouterOptions Options { get; } = options;

    public ValueTask<RouterAnswer> RouteAsync(RouterVisit visit, CancellationToken cancel) =>
        manual.RouteList is { } rules ? ByListAsync(rules, visit, cancel) : ByDataAsync(manual.RouteData!, visit, cancel);

    async ValueTask<RouterAnswer> ByListAsync(IEnumerable<RouteRule> rules, RouterVisit visit, CancellationToken cancel)
    {
        foreach (var rule in rules)
        {
            var match = rule.Pattern.MatchDomain(visit.Facts.Domain, visit.Context);
            if (match.Match.IsDefer) return new RouterAnswer.Defer($"lookup defer in route_list: {match.Match.Reason}");
            if (!match.Match.IsYes) continue;
            if (visit.Context.Captures is not [not null, ..]) visit.Context.Captures = [Value.Tainted(visit.Facts.Domain)];
            if (match.Data is { } data) visit.Context.Variables["value"] = data;
            return await RouteAsync(rule.Hosts, rule.Words, visit, cancel).ConfigureAwait(false);
        }
        return new RouterAnswer.Decline($"route_list has no rule for {visit.Facts.Domain}");
    }

    async ValueTask<RouterAnswer> ByDataAsync(Template template, RouterVisit visit, CancellationToken cancel)
    {
        var value = template.Expand(visit.Context);
        if (value.Kind == ExpandedKind.ForcedFail || value is { IsOk: true } && value.Text.TrimSpace().Length == 0) return new RouterAnswer.Decline("route_data is empty");
        if (!value.IsOk) return new RouterAnswer.Defer($"{Options.Name} router: failed to expand \"{template.Source}\": {value.Error}");
        var (hosts, words) = RouteRuleGrammar.ReadData(value.Text.TrimSpace());
        return await RouteAsync(hosts, words, visit, cancel).ConfigureAwait(false);
    }

    async ValueTask<RouterAnswer> RouteAsync(Template hosts, string words, RouterVisit visit, CancellationToken cancel)
    {
        var value = hosts.Expand(visit.Context);
        if (value.Kind == ExpandedKind.ForcedFail) return new RouterAnswer.Decline("the host list was forced to fail");
        if (!value.IsOk) return new RouterAnswer.Defer($"{Options.Name} router: failed to expand \"{hosts.Source}\": {value.Error}");
        return await RouteAsync(value.Text, words, visit, cancel).ConfigureAwait(false);
    }

    async ValueTask<RouterAnswer> RouteAsync(string hosts, string words, RouterVisit visit, CancellationToken cancel)
    {
        if (RouteWords.Read(words, manual.HostsRandomize, visit, out var unknown) is not { } chosen)
            return Misconfigured(visit, $"unknown routing option or transport name \"{unknown}\"");
        if (Transport(chosen, visit, out var problem) is not { } transport) return problem;
        if (transport.IsLocal) return new RouterAnswer.Accept(LocalHosts(hosts), chosen.Transport, hosts);
        if (hosts.Length == 0)
        {
            if (visit.IsVerifying) return RouterAnswer.Accept.Local;
            var text = $"error in {Options.Name} router: no host(s) specified for domain {visit.Facts.Domain}";
            RoutingLog.Problem(visit, text);
            return new RouterAnswer.Defer(text);
        }
        return await new HostListResolver(visit, manual, chosen).RouteAsync(hosts, cancel).ConfigureAwait(false);
    }

    static readonly TransportTraits NoTransport = new("", "", IsLocal: false, HasHosts: false);

    /// <summary>A route may be remote or local; that decides what is done with its hosts.</summary>
    TransportTraits? Transport(RouteWords chosen, RouterVisit visit, out RouterAnswer problem)
    {
        problem = new RouterAnswer.Defer("error in router: transport missing");
        var name = chosen.Transport;
        if (name is null && Options.Transport is { } template)
        {
            name = TransportOption.Expand(template, "transport", visit, out var text);
            if (name is null) { problem = new RouterAnswer.Defer(text); return null; }
        }
        if (name is not null) return visit.Dependencies.Transports[name];
        if (visit.IsVerifying) return NoTransport;
        RoutingLog.Problem(visit, $"Error in {Options.Name} router: no transport defined");
        return null;
    }

    static System.Collections.Immutable.ImmutableArray<DeliveryHost> LocalHosts(string hosts) => hosts.Length == 0 ? [] : [new(hosts, [])];

    RouterAnswer.Defer Misconfigured(RouterVisit visit, string text)
    {
        RoutingLog.Problem(visit, $"Error in {Options.Name} router: {text}");
        return new($"error in router: {text}");
    }
}
