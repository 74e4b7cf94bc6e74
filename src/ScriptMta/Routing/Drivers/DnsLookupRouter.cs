using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>The private options of dnslookup (Exim 17.3).</summary>
sealed record DnsLookupOptions
{
    public bool CheckSecondaryMx { get; init; }
    public Template? IPv4Only { get; init; }
    public Template? IPv4Prefer { get; init; }
    public RuleList? MxDomains { get; init; }
    public RuleList? MxFailDomains { get; init; }
    public RuleList? FailDeferDomains { get; init; }

    public static DnsLookupOptions From(OptionReader reader)
    {
        var binding = new RouterBinding(reader);
        return new()
        {
            CheckSecondaryMx = reader.Bool("check_secondary_mx", false),
            IPv4Only = binding.Template("ipv4_only"),
            IPv4Prefer = binding.Template("ipv4_prefer"),
            MxDomains = binding.List("mx_domains", RuleList.Domains),
            MxFailDomains = binding.List("mx_fail_domains", RuleList.Domains),
            FailDeferDomains = binding.List("fail_defer_domains", RuleList.Domains),
        };
    }
}

/// <summary>Driver dnslookup (Exim chapter 17): the hosts are those that the DNS names for the domain.</summary>
sealed class DnsLookupRouter(RouterOptions options, DnsLookupOptions lookup) : IRouter
{
    public RouterOptions Options { get; } = options;

    public async ValueTask<RouterAnswer> RouteAsync(RouterVisit visit, CancellationToken cancel)
    {
        var domain = visit.Facts.Domain;
        if (domain.StartsWith('[')) return new RouterAnswer.Decline("a domain literal has no MX records");
        var dnssec = DnssecWish.Of(visit, domain);
        var answer = await FindAsync(visit, domain, dnssec.Hosts, cancel).ConfigureAwait(false);
        if (answer is MailHostAnswer.Again && dnssec.HasRefused(visit)) return new RouterAnswer.Defer("host lookup done insecurely");
        return answer switch
        {
            MailHostAnswer.Found found => Hosts(visit, found),
            MailHostAnswer.Again again => TryAgain(again.Reason),
            MailHostAnswer.NullMx => Decline(visit, "an MX or SRV record indicated no SMTP service"),
            MailHostAnswer.NoHost none => Decline(visit, none.Reason, none.Reason.StartsWith("all relevant", StringComparison.Ordinal)),
            _ => Decline(visit, $"the domain {domain} does not exist", isMessage: false),
        };
    }

    /// <summary>mx_fail_domains: where the MX query cannot be answered, the domain's own addresses are used.</summary>
    async ValueTask<MailHostAnswer> FindAsync(RouterVisit visit, string domain, HostResolver resolver, CancellationToken cancel)
    {
        var order = HostOrder.Of(visit, lookup.IPv4Only, lookup.IPv4Prefer);
        var requireMx = lookup.MxDomains?.MatchDomain(domain, visit.Context).Match.IsYes ?? false;
        var answer = await resolver.MailHostsAsync(domain, new() { Order = order, RequireMx = requireMx, AllowMxToIp = visit.Dependencies.AllowMxToIp }, cancel).ConfigureAwait(false);
        if (answer is not MailHostAnswer.Again || requireMx || lookup.MxFailDomains?.MatchDomain(domain, visit.Context).Match.IsYes != true) return answer;
        return await resolver.AddressesByDnsAsync(domain, order, cancel).ConfigureAwait(false) switch
        {
            AddressAnswer.Found found => new MailHostAnswer.Found([new(domain, null, found.Addresses)], FromMx: false, found.Name, found.Authenticated),
            AddressAnswer.Again again => new MailHostAnswer.Again(again.Reason),
            _ => new MailHostAnswer.NoHost("the domain has no address records"),
        };
    }

    RouterAnswer Hosts(RouterVisit visit, MailHostAnswer.Found found)
    {
        var chain = new HostChain(visit);
        var hosts = ImmutableArray.CreateBuilder<DeliveryHost>();
        foreach (var host in found.Hosts)
        {
            var addresses = chain.NotIgnored(host.Addresses, out var problem);
            if (problem is not null) return new RouterAnswer.Defer(problem);
            if (!addresses.IsEmpty) hosts.Add(new(host.Name, addresses, host.Port, host.Preference, new(visit.Facts.Domain, found.Domain, found.Authenticated)));
        }
        if (hosts.Count == 0) return Decline(visit, "all host address lookups were ignored (ignore_target_hosts)", isMessage: false);
        var cut = chain.CutMx(hosts.ToImmutable());
        if (cut is HostChainAnswer.Usable usable) return Usable(usable);
        var self = (HostChainAnswer.IsSelf)cut;
        if (lookup.CheckSecondaryMx) return new RouterAnswer.Decline("this machine is not a secondary MX");
        return SelfAnswer.For(visit, self) ?? new RouterAnswer.Accept(hosts.ToImmutable());
    }

    RouterAnswer Usable(HostChainAnswer.Usable usable) =>
        lookup.CheckSecondaryMx && !usable.RemovedSelf ? new RouterAnswer.Decline("this machine is not a secondary MX") : new RouterAnswer.Accept(usable.Hosts);

    RouterAnswer TryAgain(string reason) => Options.PassOnTimeout
        ? new RouterAnswer.Pass($"host lookup did not complete: {reason} (pass_on_timeout)")
        : new RouterAnswer.Defer("host lookup did not complete");

    RouterAnswer Decline(RouterVisit visit, string why, bool isMessage = true) =>
        lookup.FailDeferDomains?.MatchDomain(visit.Facts.Domain, visit.Context).Match.IsYes == true
            ? new RouterAnswer.Defer($"{why} (fail_defer_domains)")
            : new RouterAnswer.Decline(why, isMessage ? why : null);
}
