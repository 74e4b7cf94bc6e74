using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>smtp (Exim chapter 30): sends a message to the first host of its list that takes it. Works out the job's hosts and settings; <see cref="SmtpDelivery"/> does the talking.</summary>
sealed class SmtpTransport : ITransport
{
    const int SmtpPort = 25;

    readonly SmtpTransportOptions _options;
    readonly PeerPool _pool;
    readonly HostAddresses _addresses = new();

    public SmtpTransport(SettingBlock block, OptionReader reader, PeerPool pool)
    {
        _options = SmtpTransportOptions.From(reader);
        if (reader.Text("multi_domain") is { } domains && domains.Text.Contains('$')) reader.Error("multi_domain", "a value that is expanded is known but not built yet: use true or false");
        _pool = pool;
        Options = TransportOptions.From(block, reader, isLocal: false) with
        {
            BatchMax = (int)reader.Int("max_rcpt", 100), MultiDomain = reader.Bool("multi_domain", true),
        };
    }

    public TransportOptions Options { get; }

    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel)
    {
        var setting = JobSetting.For(job, Options);
        if (setting.Failure is { } failure) return failure;
        var context = setting.Context;
        if (Hosts(job, context, out var own) is not { } hosts) return Outcomes.Deferred(job, own, freeze: true);
        if (Port(context) is not { } port) return Outcomes.Deferred(job, $"invalid port in {Options.Name} transport: \"{_options.Port?.Source}\" is not a port number or service name");
        var headers = CopyHeaders.For(job, Options, context, setting.ReturnPath);
        if (headers.Error is { } error) return Outcomes.Deferred(job, error);
        var delivery = new SmtpDelivery(job, Options, _options, _pool, context, setting.ReturnPath, headers.Text);
        try
        {
            foreach (var host in hosts)
            {
                if (delivery.IsSettled || delivery.HasTriedEnough) break;
                if (await AddressesAsync(host, delivery, context, cancel) is { IsEmpty: false } addresses) await TryHostAsync(delivery, host, addresses, port, cancel);
            }
            return delivery.Outcomes();
        }
        catch (OperationCanceledException) { return delivery.Interrupted(); }
        catch (IOException io) { return delivery.Failed($"message could not be read for {Options.Name} transport: {io.Message}"); }
    }

    async ValueTask TryHostAsync(SmtpDelivery delivery, DeliveryHost host, ImmutableArray<IPAddress> addresses, int port, CancellationToken cancel)
    {
        foreach (var address in addresses)
        {
            if (delivery.IsSettled || delivery.HasTriedEnough) return;
            var endpoint = new PeerEndpoint(host.Name, address, host.Port ?? port);
            if (Unmet(delivery.Context, endpoint) is { } option)
            {
                delivery.NotFound($"{endpoint} is not tried: it is in {option}, which is known but not built yet");
                continue;
            }
            await delivery.TryAsync(endpoint, host.Mx is not null, e => Settings(delivery.Context, e), cancel);
        }
    }

    /// <summary>The option that keeps mail away from a host, or null. A list that cannot be decided keeps it away, too.</summary>
    string? Unmet(ExpansionContext context, PeerEndpoint endpoint)
    {
        (context.Address.Host, context.Address.HostAddress, context.Address.HostPort) = (endpoint.Name, endpoint.Address.ToString(), endpoint.Port);
        return _options.Unmet.FirstOrDefault(u => u.Hosts is not null && u.Hosts.MatchHost(endpoint.Address.ToString(), context).Match.Kind != MatchKind.No).Option;
    }

    /// <summary>The router's hosts, or the transport's own where there are none or hosts_override says so; then fallback hosts. Null with the reason when there is none.</summary>
    List<DeliveryHost>? Hosts(TransportJob job, ExpansionContext context, out string reason)
    {
        var plan = job.Recipients[0];
        var hosts = new List<DeliveryHost>();
        var own = plan.Hosts.IsEmpty || _options.HostsOverride && _options.Hosts is not null;
        reason = "";
        if (!own) hosts.AddRange(plan.Hosts);
        else if (_options.Hosts is null) reason = $"{Options.Name} transport called with no hosts set";
        else reason = Expand(_options.Hosts, "hosts", context, hosts);
        if (own && reason.Length == 0 && !_options.AllowLocalhost && hosts.Find(h => h.Addresses.Any(a => IsLocal(a, context))) is { } local)
            reason = $"{Options.Name} transport found host {local.Name} to be local";
        if (own && _options.HostsRandomize) context.Environment.Random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(hosts));
        if (reason.Length > 0) return null;
        if (!plan.FallbackHosts.IsEmpty) hosts.AddRange(plan.FallbackHosts);
        else if (_options.FallbackHosts is { } fallback) reason = Expand(fallback, "fallback_hosts", context, hosts);
        return hosts.Count == 0 ? null : hosts;
    }

    string Expand(Template template, string option, ExpansionContext context, List<DeliveryHost> hosts)
    {
        var expanded = template.Expand(context);
        if (!expanded.IsOk) return $"failed to expand list of hosts \"{template.Source}\" ({option}) in {Options.Name} transport: {expanded.Error}";
        if (expanded.Value.IsTainted) return $"attempt to use tainted host list '{expanded.Text}' from '{template.Source}' in transport {Options.Name}{Sinks.Suggestion(template)}";
        foreach (var item in new Expansion.ListText(expanded.Text))
            if (item is not ("" or "+")) hosts.Add(HostItem.Parse(item));
        return hosts.Count == 0 ? $"{Options.Name} transport has an empty {option} setting" : "";
    }

    static bool IsLocal(IPAddress address, ExpansionContext context) => IPAddress.IsLoopback(address) || context.Environment.LocalAddresses.Contains(address);

    async ValueTask<ImmutableArray<IPAddress>> AddressesAsync(DeliveryHost host, SmtpDelivery delivery, ExpansionContext context, CancellationToken cancel)
    {
        if (!host.Addresses.IsEmpty) return host.Addresses;
        var (addresses, problem) = await _addresses.FindAsync(host.Name, context.Environment, cancel);
        if (problem is not null) delivery.NotFound(problem);
        return addresses;
    }

    int? Port(ExpansionContext context)
    {
        if (_options.Port is not { } template) return SmtpPort;
        var text = template.Expand(context).Text.TrimSpace();
        if (Services.TryGetValue(text, out var known)) return known;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536 ? port : null;
    }

    static readonly Dictionary<string, int> Services = new() { ["smtp"] = SmtpPort, ["submission"] = 587, ["smtps"] = 465, ["submissions"] = 465, ["lmtp"] = 24 };

    SmtpClientSettings Settings(ExpansionContext context, PeerEndpoint endpoint)
    {
        var helo = _options.HeloData?.Expand(context);
        return new()
        {
            HeloName = helo is { IsOk: true } set && set.Text.Length > 0 ? set.Text : context.Environment.PrimaryHostname,
            ConnectTimeout = _options.ConnectTimeout, CommandTimeout = _options.CommandTimeout, DataTimeout = _options.DataTimeout, FinalTimeout = _options.FinalTimeout,
            AvoidEsmtp = _options.AvoidEsmtp?.MatchHost(endpoint.Address.ToString(), context).Match.IsYes ?? false,
            AvoidPipelining = _options.AvoidPipelining?.MatchHost(endpoint.Address.ToString(), context).Match.IsYes ?? false,
            KeepAlive = _options.KeepAlive, Interface = Interface(context, endpoint.Address.AddressFamily),
        };
    }

    IPAddress? Interface(ExpansionContext context, AddressFamily family)
    {
        if (_options.Interface?.Expand(context) is not { IsOk: true } expanded) return null;
        foreach (var item in new Expansion.ListText(expanded.Text))
            if (IPAddress.TryParse(item, out var address) && address.AddressFamily == family) return address;
        return null;
    }
}
