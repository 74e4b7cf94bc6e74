using System.Collections.Immutable;
using System.Net;
using ScriptMta.Common;

namespace ScriptMta.Dns;

/// <summary>Which addresses of a host are wanted, and in what order to try them.</summary>
enum AddressOrder { IPv6First, IPv4First, IPv4Only }

/// <summary>What the dnslookup router's options say about hosts.</summary>
sealed record MailHostOptions
{
    public static readonly MailHostOptions Default = new();

    public AddressOrder Order { get; init; }

    /// <summary>mx_domains: a domain without MX records has no host.</summary>
    public bool RequireMx { get; init; }

    /// <summary>check_srv: the service asked for (smtp → _smtp._tcp.domain) before MX; "" = none.</summary>
    public string SrvService { get; init; } = "";

    /// <summary>allow_mx_to_ip: an MX record that holds an address in place of a name is taken.</summary>
    public bool AllowMxToIp { get; init; }
}

/// <summary>Hosts of mail domains, addresses of names and names of addresses. Thread-safe; throws only OperationCanceledException.</summary>
sealed class HostResolver(IDnsResolver dns, HostsFile? hosts, Random random)
{
    /// <summary>Hosts looked at for one domain: RFC 5321 5.1 wants at least two tried; twenty leave no real domain out and bound the queries that one domain can cause.</summary>
    public const int MaxHosts = 20;

    /// <summary>Names checked for one address; some addresses have hundreds of PTR records.</summary>
    public const int MaxNames = 10;

    /// <summary>The same with other demands on the answers.</summary>
    public HostResolver Asking(Func<IDnsResolver, IDnsResolver> dnssec) => new(dnssec(dns), hosts, random);

    /// <summary>RFC 5321 5.1: SRV where asked for, MX, and only without MX the domain's own addresses.</summary>
    public async ValueTask<MailHostAnswer> MailHostsAsync(string domain, MailHostOptions options, CancellationToken cancel)
    {
        if (options.SrvService.Length > 0 && await SrvHostsAsync(domain, options, cancel).ConfigureAwait(false) is { } srv) return srv;
        switch (await dns.QueryAsync(domain, DnsType.MX, cancel).ConfigureAwait(false))
        {
            case DnsAnswer.Found found:
                var records = found.Of<MxRecord>().Where(r => !r.IsNull).ToArray();
                if (records.Length == 0) return new MailHostAnswer.NullMx(); // RFC 7505 3
                var ordered = Shuffled(records).OrderBy(r => r.Preference).Select(r => new Candidate(r.Exchange, r.Preference, null));
                return await ResolveAsync(ordered, found, options, "MX", cancel).ConfigureAwait(false);
            case DnsAnswer.NoData when options.RequireMx:
                return new MailHostAnswer.NoHost("an MX record is required and the domain has none");
            case DnsAnswer.NoData:
                return await OwnAddressesAsync(domain, options, cancel).ConfigureAwait(false);
            case DnsAnswer.Again again:
                return new MailHostAnswer.Again(again.Reason);
            default:
                return new MailHostAnswer.NoSuchDomain();
        }
    }

    readonly record struct Candidate(string Name, int Preference, int? Port);

    /// <summary>Null when there are no SRV records: then MX records count.</summary>
    async ValueTask<MailHostAnswer?> SrvHostsAsync(string domain, MailHostOptions options, CancellationToken cancel)
    {
        switch (await dns.QueryAsync($"_{options.SrvService}._tcp.{domain}", DnsType.SRV, cancel).ConfigureAwait(false))
        {
            case DnsAnswer.Found found:
                var records = found.Of<SrvRecord>().ToArray();
                if (records is [{ Target: "" }]) return new MailHostAnswer.NoHost("the domain has no such service (SRV record with target \".\")"); // RFC 2782
                var ordered = records.GroupBy(r => r.Priority).OrderBy(g => g.Key).SelectMany(Weighted).Select(r => new Candidate(r.Target, r.Priority, r.Port));
                return await ResolveAsync(ordered, found, options, "SRV", cancel).ConfigureAwait(false);
            case DnsAnswer.Again again:
                return new MailHostAnswer.Again(again.Reason);
            default:
                return null;
        }
    }

    /// <summary>RFC 2782: a record's chance to come next is its share of the weights left.</summary>
    IEnumerable<SrvRecord> Weighted(IEnumerable<SrvRecord> records)
    {
        var left = records.OrderBy(r => r.Weight).Take(MaxHosts).ToList();
        while (left.Count > 0)
        {
            int pick;
            lock (random) pick = random.Next(left.Sum(r => r.Weight) + 1);
            var next = left.First(r => (pick -= r.Weight) <= 0);
            left.Remove(next);
            yield return next;
        }
    }

    T[] Shuffled<T>(T[] items)
    {
        lock (random) random.Shuffle(items); // a seeded source, as tests use, is not thread-safe
        return items;
    }

    async ValueTask<MailHostAnswer> ResolveAsync(IEnumerable<Candidate> candidates, DnsAnswer.Found source, MailHostOptions options, string type, CancellationToken cancel)
    {
        var list = candidates.Take(MaxHosts).ToArray();
        var answers = await Task.WhenAll(list.Select(c => ExchangeAddressesAsync(c.Name, options, cancel))).ConfigureAwait(false);
        var found = ImmutableArray.CreateBuilder<MailHost>();
        for (var i = 0; i < list.Length; i++)
            if (answers[i] is AddressAnswer.Found a)
                found.Add(new(list[i].Name, list[i].Preference, a.Addresses, source.Authenticated && a.Authenticated, list[i].Port));
        if (found.Count > 0) return new MailHostAnswer.Found(found.ToImmutable(), FromMx: true, source.Name, source.Authenticated);
        return answers.OfType<AddressAnswer.Again>().FirstOrDefault() is { } again
            ? new MailHostAnswer.Again(again.Reason)
            : new MailHostAnswer.NoHost($"all relevant {type} records point to non-existent hosts");
    }

    async Task<AddressAnswer> ExchangeAddressesAsync(string name, MailHostOptions options, CancellationToken cancel) =>
        IPAddress.TryParse(name, out var address)
            ? options.AllowMxToIp ? new AddressAnswer.Found([address], name, false) : new AddressAnswer.None()
            : await AddressesByDnsAsync(name, options.Order, cancel).ConfigureAwait(false);

    async ValueTask<MailHostAnswer> OwnAddressesAsync(string domain, MailHostOptions options, CancellationToken cancel) =>
        await AddressesByDnsAsync(domain, options.Order, cancel).ConfigureAwait(false) switch
        {
            AddressAnswer.Found found => new MailHostAnswer.Found([new(domain, null, found.Addresses, found.Authenticated)], FromMx: false, found.Name, found.Authenticated),
            AddressAnswer.Again again => new MailHostAnswer.Again(again.Reason),
            _ => new MailHostAnswer.NoHost("the domain has neither MX nor address records"),
        };

    /// <summary>What Exim calls byname: an address itself, /etc/hosts, then the DNS.</summary>
    public async ValueTask<AddressAnswer> AddressesByNameAsync(string name, AddressOrder order, CancellationToken cancel)
    {
        if (IPAddress.TryParse(name.Trim('[', ']'), out var literal)) return new AddressAnswer.Found([literal], name, false);
        var local = Ordered(hosts?.Addresses(name) ?? [], order);
        return local.IsEmpty ? await AddressesByDnsAsync(name, order, cancel).ConfigureAwait(false) : new AddressAnswer.Found(local, name, false);
    }

    /// <summary>A and AAAA, asked at the same time. One kind that cannot be had does not hold up the other.</summary>
    public async ValueTask<AddressAnswer> AddressesByDnsAsync(string name, AddressOrder order, CancellationToken cancel)
    {
        var v4 = dns.QueryAsync(name, DnsType.A, cancel).AsTask();
        var v6 = order == AddressOrder.IPv4Only ? Task.FromResult<DnsAnswer>(new DnsAnswer.NoData()) : dns.QueryAsync(name, DnsType.AAAA, cancel).AsTask();
        var answers = await Task.WhenAll(v6, v4).ConfigureAwait(false);
        var found = answers.OfType<DnsAnswer.Found>().ToArray();
        if (found.Length > 0)
            return new AddressAnswer.Found(Ordered([.. found.SelectMany(f => f.Of<AddressRecord>()).Select(r => r.Address)], order), found[0].Name, found.All(f => f.Authenticated));
        return answers.OfType<DnsAnswer.Again>().FirstOrDefault() is { } again ? new AddressAnswer.Again(again.Reason) : new AddressAnswer.None();
    }

    static ImmutableArray<IPAddress> Ordered(ImmutableArray<IPAddress> addresses, AddressOrder order) => order switch
    {
        AddressOrder.IPv4Only => [.. addresses.Where(IsV4)],
        AddressOrder.IPv4First => [.. addresses.OrderBy(a => !IsV4(a))],
        _ => [.. addresses.OrderBy(IsV4)],
    };

    static bool IsV4(IPAddress address) => address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;

    /// <summary>The host's names: /etc/hosts, else PTR records whose names lead back to the address (anybody can write any name into a PTR record).</summary>
    public async ValueTask<HostNameAnswer> NamesOfAsync(IPAddress address, CancellationToken cancel)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var local = hosts?.Names(address) ?? [];
        if (!local.IsEmpty) return new HostNameAnswer.Found([.. local.Select(n => n.LowerAscii())], false);
        return await dns.QueryAsync(ReverseName.Of(address), DnsType.PTR, cancel).ConfigureAwait(false) switch
        {
            DnsAnswer.Found found => await CheckedNamesAsync(found, address, cancel).ConfigureAwait(false),
            DnsAnswer.Again again => new HostNameAnswer.Again(again.Reason),
            _ => new HostNameAnswer.None($"no host name found for IP address {address}"),
        };
    }

    async ValueTask<HostNameAnswer> CheckedNamesAsync(DnsAnswer.Found found, IPAddress address, CancellationToken cancel)
    {
        var names = found.Of<NameRecord>().Select(r => r.Target.LowerAscii()).Where(DnsName.LooksLikeHost).Distinct().Take(MaxNames).ToArray();
        var answers = await Task.WhenAll(names.Select(n => AddressesByNameAsync(n, AddressOrder.IPv6First, cancel).AsTask())).ConfigureAwait(false);
        var good = ImmutableArray.CreateBuilder<string>();
        for (var i = 0; i < names.Length; i++)
            if (answers[i] is AddressAnswer.Found a && a.Addresses.Contains(address)) good.Add(names[i]);
        if (good.Count > 0) return new HostNameAnswer.Found(good.ToImmutable(), found.Authenticated);
        return answers.OfType<AddressAnswer.Again>().FirstOrDefault() is { } again ? new HostNameAnswer.Again(again.Reason)
            : names.Length == 0 ? new HostNameAnswer.None($"no host name found for IP address {address}")
            : new HostNameAnswer.None($"{address} does not match any IP address for {names[0]}");
    }
}
