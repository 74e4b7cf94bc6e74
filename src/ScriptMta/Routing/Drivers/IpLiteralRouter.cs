using System.Net;

namespace ScriptMta.Routing;

/// <summary>Driver ipliteral (Exim chapter 18): <c>user@[192.0.2.1]</c> goes to that address.</summary>
sealed class IpLiteralRouter(RouterOptions options) : IRouter
{
    public RouterOptions Options { get; } = options;

    public ValueTask<RouterAnswer> RouteAsync(RouterVisit visit, CancellationToken cancel)
    {
        var domain = visit.Facts.Domain;
        if (Address(domain) is not { } address) return new(new RouterAnswer.Decline($"{domain} is not a domain literal"));
        var chain = new HostChain(visit);
        if (chain.NotIgnored([address], out var problem).IsEmpty)
            return new(problem is null ? new RouterAnswer.Decline($"{domain} is in ignore_target_hosts") : new RouterAnswer.Defer(problem));
        var host = new DeliveryHost(domain, [address]);
        return new((chain.IsThisMachine(host) ? SelfAnswer.For(visit, new(domain, ByMx: false)) : null) ?? new RouterAnswer.Accept([host]));
    }

    /// <summary>RFC 5321 4.1.3: [192.0.2.1], [IPv6:2001:db8::1].</summary>
    static IPAddress? Address(string domain)
    {
        if (domain is not ['[', .., ']']) return null;
        var text = domain[1..^1];
        if (text.StartsWith("ipv6:", StringComparison.OrdinalIgnoreCase)) text = text[5..];
        return IPAddress.TryParse(text, out var address) ? address : null;
    }
}
