using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Network;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>Whom an smtp transport talks to, and how: hosts and their addresses, port, EHLO name, interface (Exim chapter 30). Deliveries and callouts ask it alike. Immutable.</summary>
sealed class SmtpHosts(string transport, SmtpTransportOptions options)
{
    /// <summary>Where /etc/services does not say: some systems lack these (Exim 30.4, port).</summary>
    static readonly Dictionary<string, int> Services = new() { ["smtp"] = 25, ["submission"] = 587, ["smtps"] = 465, ["submissions"] = 465, ["lmtp"] = 24 };

    readonly HostAddresses _addresses = new();

    /// <summary>The transport's own hosts count: the router gave none, or hosts_override is set.</summary>
    public bool AreOwn(PlannedDelivery plan) => plan.Hosts.IsEmpty || options is { HostsOverride: true, Hosts: not null };

    /// <summary>The router's hosts or the transport's own. Null with the reason when they cannot be told.</summary>
    public List<DeliveryHost>? Find(PlannedDelivery plan, ExpansionContext context, out string reason)
    {
        var hosts = new List<DeliveryHost>();
        reason = "";
        if (!AreOwn(plan)) hosts.AddRange(plan.Hosts);
        else if (options.Hosts is null) reason = $"{transport} transport called with no hosts set";
        else reason = Expand(options.Hosts, "hosts", context, hosts);
        // What came from MX records has its order; what the transport has expanded is in order already.
        if (!AreOwn(plan) && options.HostsRandomize && hosts.TrueForAll(h => h.Mx is null)) Shuffle(hosts, 0, context);
        return reason.Length > 0 ? null : hosts;
    }

    /// <summary>The text is why it cannot be done; empty = done.</summary>
    public string Expand(Template template, string option, ExpansionContext context, List<DeliveryHost> hosts)
    {
        var expanded = template.Expand(context);
        if (!expanded.IsOk) return $"failed to expand list of hosts \"{template.Source}\" ({option}) in {transport} transport: {expanded.Error}";
        if (expanded.Value.IsTainted) return $"attempt to use tainted host list '{expanded.Text}' from '{template.Source}' in transport {transport}{Sinks.Suggestion(template)}";
        var group = hosts.Count;
        foreach (var item in new ListText(expanded.Text))
            if (item is "+")
            {
                if (options.HostsRandomize) Shuffle(hosts, group, context);
                group = hosts.Count;
            }
            else if (item.Length > 0) hosts.Add(HostItem.Parse(item));
        if (options.HostsRandomize) Shuffle(hosts, group, context);
        return hosts.Count == 0 ? $"{transport} transport has an empty {option} setting" : "";
    }

    static void Shuffle(List<DeliveryHost> hosts, int from, ExpansionContext context) =>
        context.Environment.Random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(hosts)[from..]);

    /// <summary>Problem is why there are none.</summary>
    public async ValueTask<(ImmutableArray<IPAddress> Addresses, string? Problem)> AddressesAsync(DeliveryHost host, ExpansionContext context, CancellationToken cancel) =>
        host.Addresses.IsEmpty ? await _addresses.FindAsync(host.Name, context.Environment, MustBeProved(host.Name, context), cancel).ConfigureAwait(false) : (host.Addresses, null);

    bool MustBeProved(string name, ExpansionContext context) => options.DnssecRequire is { } required && required.MatchDomain(name, context).Match.Kind != MatchKind.No;

    /// <summary>Null when the option is no port.</summary>
    public int? Port(ExpansionContext context)
    {
        var text = options.Port is { } template ? template.Expand(context).Text.TrimSpace() : options.Protocol switch { SmtpProtocol.Lmtp => "lmtp", SmtpProtocol.Smtps => "smtps", _ => "smtp" };
        if (ServicePorts.Find(text) is { } named) return named;
        if (Services.TryGetValue(text, out var known)) return known;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port : null;
    }

    /// <summary>$host and its address, which options may look at.</summary>
    public static void Note(ExpansionContext context, PeerEndpoint endpoint) =>
        (context.Address.Host, context.Address.HostAddress, context.Address.HostPort) = (endpoint.Name, endpoint.Address.ToString(), endpoint.Port);

    /// <summary>When $host and its address are set.</summary>
    public SmtpClientSettings Settings(ExpansionContext context, PeerEndpoint endpoint)
    {
        var helo = options.HeloData?.Expand(context);
        return new()
        {
            HeloName = helo is { IsOk: true } set && set.Text.Length > 0 ? set.Text : context.Environment.PrimaryHostname,
            ConnectTimeout = options.ConnectTimeout, CommandTimeout = options.CommandTimeout, DataTimeout = options.DataTimeout, FinalTimeout = options.FinalTimeout,
            AvoidEsmtp = Has(options.AvoidEsmtp, endpoint, context), AvoidPipelining = Has(options.AvoidPipelining, endpoint, context),
            TryChunking = Has(options.TryChunking, endpoint, context), TryPrdr = Has(options.TryPrdr, endpoint, context), IsSerialized = Has(options.SerializeHosts, endpoint, context),
            IsLmtp = options.Protocol == SmtpProtocol.Lmtp, IgnoreQuota = options.LmtpIgnoreQuota, Dscp = DscpNames.Find(options.Dscp?.Expand(context).Text),
            KeepAlive = options.KeepAlive, Interface = Interface(context, endpoint.Address.AddressFamily),
        };
    }

    static bool Has(RuleList? hosts, PeerEndpoint endpoint, ExpansionContext context) => hosts?.MatchHost(endpoint.Address.ToString(), context).Match.IsYes ?? false;

    IPAddress? Interface(ExpansionContext context, AddressFamily family)
    {
        if (options.Interface?.Expand(context) is not { IsOk: true } expanded) return null;
        foreach (var item in new ListText(expanded.Text))
            if (IPAddress.TryParse(item, out var address) && address.AddressFamily == family) return address;
        return null;
    }
}
