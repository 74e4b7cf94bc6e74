using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Dns;

namespace ScriptMta.Routing;

/// <summary>
/// A manualroute host list into hosts with addresses (Exim 20.6): randomized in its groups first, then each item looked up in order. Names are found
/// in /etc/hosts and then the DNS, with bydns in the DNS alone.
/// </summary>
sealed class HostListResolver(RouterVisit visit, ManualRouteOptions options, RouteWords words)
{
    readonly HostChain _chain = new(visit);
    readonly ImmutableArray<DeliveryHost>.Builder _hosts = ImmutableArray.CreateBuilder<DeliveryHost>();

    /// <summary>What one item came to: hosts, nothing to be found, or an answer that ends the routing.</summary>
    readonly record struct Found(ImmutableArray<DeliveryHost> Hosts, RouterAnswer? Answer = null)
    {
        public static readonly Found Nothing = new([]);
    }

    public async ValueTask<RouterAnswer> RouteAsync(string list, CancellationToken cancel)
    {
        foreach (var text in Ordered(list))
        {
            if (HostItem.Parse(text, out var error) is not { } item) return new RouterAnswer.Defer($"error in {visit.Options.Name} router: {error}");
            if (item.IsGroupEnd) continue;
            var found = item.IsMx ? await MxAsync(item, cancel).ConfigureAwait(false) : await NameAsync(item, cancel).ConfigureAwait(false);
            if (found.Answer is { } answer) return answer;
            if (found.Hosts.IsEmpty)
            {
                if (options.HostFindFailed != HostFindFailed.Ignore) return NotFound(options.HostFindFailed, $"lookup of host \"{item.Name}\" failed in {visit.Options.Name} router");
                continue;
            }
            if (Take(found.Hosts, out var decided)) break;
            if (decided is not null) return decided;
        }
        return _hosts.Count > 0
            ? new RouterAnswer.Accept(_hosts.ToImmutable(), words.Transport)
            : NotFound(options.HostAllIgnored, $"lookup failed for all hosts in {visit.Options.Name} router: host_find_failed=ignore host_all_ignored={options.HostAllIgnored.ToString().LowerAscii()}");
    }

    List<string> Ordered(string list)
    {
        var items = ListItems.Split(list).ToList();
        if (!words.Randomize) return items;
        var ordered = new List<string>();
        while (items.Count > 0)
        {
            var end = items.IndexOf("+");
            var group = items.Take(end < 0 ? items.Count : end).ToArray();
            lock (visit.Dependencies.Random) visit.Dependencies.Random.Shuffle(group);
            ordered.AddRange(group);
            items.RemoveRange(0, end < 0 ? items.Count : end + 1);
        }
        return ordered;
    }

    async ValueTask<Found> NameAsync(HostItem item, CancellationToken cancel)
    {
        if (item.Address is { } literal) return Kept([new(item.Name, [literal], item.Port)]);
        var resolver = DnssecWish.Of(visit, item.Name);
        var answer = words.ByDns
            ? await resolver.Hosts.AddressesByDnsAsync(item.Name, words.Order, cancel).ConfigureAwait(false)
            : await resolver.Hosts.AddressesByNameAsync(item.Name, words.Order, cancel).ConfigureAwait(false);
        return answer switch
        {
            AddressAnswer.Found found => Kept([new(item.Name, found.Addresses, item.Port, Origin: resolver.IsRequested ? null : new(item.Name, item.Name, false))]),
            AddressAnswer.Again when resolver.HasRefused(visit) => Insecure(item.Name),
            AddressAnswer.Again => TryAgain(item.Name),
            _ => Found.Nothing,
        };
    }

    async ValueTask<Found> MxAsync(HostItem item, CancellationToken cancel)
    {
        var resolver = DnssecWish.Of(visit, item.Name);
        var answer = await resolver.Hosts.MailHostsAsync(item.Name,
            new() { Order = words.Order, RequireMx = true, AllowMxToIp = visit.Dependencies.AllowMxToIp }, cancel).ConfigureAwait(false);
        return answer switch
        {
            MailHostAnswer.Found found => Kept([.. found.Hosts.Select(h => new DeliveryHost(h.Name, h.Addresses, item.Port, h.Preference, new(item.Name, found.Domain, found.Authenticated)))]),
            MailHostAnswer.Again when resolver.HasRefused(visit) => Insecure(item.Name),
            MailHostAnswer.Again => TryAgain(item.Name),
            _ => Found.Nothing,
        };
    }

    /// <summary>ignore_target_hosts: an ignored address counts as not found.</summary>
    Found Kept(IEnumerable<DeliveryHost> hosts)
    {
        var kept = ImmutableArray.CreateBuilder<DeliveryHost>();
        foreach (var host in hosts)
        {
            var addresses = _chain.NotIgnored(host.Addresses, out var problem);
            if (problem is not null) return new([], new RouterAnswer.Defer(problem));
            if (!addresses.IsEmpty) kept.Add(host with { Addresses = addresses });
        }
        return new(kept.ToImmutable());
    }

    static Found Insecure(string name) => new([], new RouterAnswer.Defer($"host lookup for {name} done insecurely"));

    Found TryAgain(string name) => new([], visit.Options.PassOnTimeout
        ? new RouterAnswer.Pass($"host lookup for {name} did not complete (pass_on_timeout)")
        : new RouterAnswer.Defer($"host lookup for {name} did not complete (DNS timeout?)"));

    /// <summary>True: this machine stands here, behind others, so the list ends here. Decided: it stands first.</summary>
    bool Take(ImmutableArray<DeliveryHost> hosts, out RouterAnswer? decided)
    {
        decided = null;
        var cut = _chain.CutMx(hosts);
        if (cut is HostChainAnswer.IsSelf self)
        {
            if (_hosts.Count > 0) return true;
            decided = SelfAnswer.For(visit, self);
            if (decided is null) _hosts.AddRange(hosts);
            return false;
        }
        _hosts.AddRange(((HostChainAnswer.Usable)cut).Hosts);
        return false;
    }

    static RouterAnswer NotFound(HostFindFailed action, string text) => action switch
    {
        HostFindFailed.Decline => new RouterAnswer.Decline(text, text),
        HostFindFailed.Pass => new RouterAnswer.Pass(text),
        HostFindFailed.Fail => new RouterAnswer.Fail(text),
        HostFindFailed.Freeze => new RouterAnswer.Defer(text, Freeze: true),
        _ => new RouterAnswer.Defer(text),
    };
}
