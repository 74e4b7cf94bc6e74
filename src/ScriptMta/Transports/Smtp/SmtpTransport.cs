using System.Collections.Immutable;
using System.Net;
using ScriptMta.Acl;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Network;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>smtp (Exim chapter 30): sends a message to the first host of its list that takes it. <see cref="SmtpHosts"/> knows hosts and settings, <see cref="SmtpDelivery"/> does the talking.</summary>
sealed class SmtpTransport : ITransport
{
    readonly SmtpTransportOptions _options;
    readonly PeerPool _pool;
    readonly SmtpHosts _hosts;
    readonly TransportPolicy? _policy;
    readonly SmtpTls _tls;
    readonly SmtpAuth _auth;
    readonly SmtpProxies _proxies;

    public SmtpTransport(SettingBlock block, OptionReader reader, TransportServices services)
    {
        _options = SmtpTransportOptions.From(reader);
        _pool = services.Pool;
        Options = TransportOptions.From(block, reader, isLocal: false) with
        {
            BatchMax = (int)reader.Int("max_rcpt", 100), MultiDomain = MultiDomainChoice.From(reader),
        };
        _hosts = new(Options.Name, _options);
        _policy = services.Policy?.Invoke(reader);
        _tls = new(SmtpTlsOptions.From(reader), _policy?.Demand);
        _proxies = SmtpProxies.From(Options.Name, reader);
        _auth = new(SmtpAuthOptions.From(reader), services.Logins);
    }

    public TransportOptions Options { get; }

    /// <summary>Recipients whose domains' policies differ go one after the other, so that what one domain says holds up no other's mail.</summary>
    public async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverAsync(TransportJob job, CancellationToken cancel)
    {
        if (_policy is null || job.Recipients.Length == 1) return await DeliverTogetherAsync(job, cancel);
        var outcomes = new List<DeliveryOutcome>();
        foreach (var part in await _policy.PartsAsync(job, cancel)) outcomes.AddRange(await DeliverTogetherAsync(part, cancel));
        return outcomes;
    }

    async ValueTask<IReadOnlyList<DeliveryOutcome>> DeliverTogetherAsync(TransportJob job, CancellationToken cancel)
    {
        var setting = JobSetting.For(job, Options);
        if (setting.Failure is { } failure) return failure;
        var context = setting.Context;
        if (IsTooWide(context))
        {
            if (!_options.ReencodesLongLines || await LongLines.FitAsync(job, _options.LineLengthLimit, cancel) is not { } fitting) return Outcomes.Failed(job, "message has lines too long for transport", status: "5.6.0");
            job = fitting;
        }
        if (Hosts(job, context, out var own) is not { } hosts) return Outcomes.Deferred(job, own, freeze: true);
        if (_hosts.Port(context) is not { } port) return Outcomes.Deferred(job, BadPort);
        var headers = CopyHeaders.For(job, Options, context, setting.ReturnPath);
        if (headers.Error is { } error) return Outcomes.Deferred(job, error);
        var delivery = new SmtpDelivery(new(job, Options, _options, _pool, context, setting.ReturnPath, SmtpRun.ContentOf(job, Options, headers.Text)));
        delivery.TakeLateReplies();
        try
        {
            foreach (var host in hosts)
            {
                if (delivery.IsSettled || delivery.HasSeenEnough) break;
                if (!delivery.MayCall(host)) continue;
                var (addresses, problem) = await _hosts.AddressesAsync(host, context, cancel);
                if (problem is not null) delivery.NotFound(problem);
                if (!addresses.IsEmpty) await TryHostAsync(delivery, host, addresses, port, cancel);
            }
            return delivery.Outcomes();
        }
        catch (OperationCanceledException) { return delivery.Interrupted(); }
        catch (IOException io) { return delivery.Failed($"message could not be read for {Options.Name} transport: {io.Message}"); }
    }

    /// <summary>Where a callout for this delivery goes (44.46): the same hosts, fallback hosts aside.</summary>
    public async ValueTask<CalloutRoute> CalloutAsync(PlannedDelivery plan, ExpansionContext context, CancellationToken cancel)
    {
        if (_hosts.AreOwn(plan) && _options.Hosts is null) return new CalloutRoute.Local();
        context = context.ForAddress(plan.Facts.Copy());
        context.Address.TransportName = Options.Name;
        if (_hosts.Find(plan, context, out var reason) is not { } hosts) return new CalloutRoute.Unknown(reason);
        if (_hosts.Port(context) is not { } port) return new CalloutRoute.Unknown(BadPort);
        var found = ImmutableArray.CreateBuilder<CalloutHost>();
        foreach (var host in hosts)
            foreach (var address in (await _hosts.AddressesAsync(host, context, cancel).ConfigureAwait(false)).Addresses)
            {
                var endpoint = new PeerEndpoint(host.Name, address, host.Port ?? port);
                var ofHost = context.ForAddress(context.Address.Copy());
                found.Add(new(endpoint, await SettingsAsync(ofHost, endpoint, host, [plan.Address.Address.Domain], isCallout: true, cancel).ConfigureAwait(false)));
            }
        return found.Count == 0 ? new CalloutRoute.Unknown() : new CalloutRoute.Hosts(found.ToImmutable(), Options.RcptIncludeAffixes);
    }

    /// <summary>The message of a cut-through delivery, with what this transport does to its header section; MAIL and RCPT have been accepted (44.22).</summary>
    public ValueTask<(PeerReply? Final, string Why)> CutThroughAsync(HeldCallout held, CutThroughMessage message, CancellationToken cancel) => CutThroughContent.SendAsync(Options, held, message, cancel);

    async ValueTask TryHostAsync(SmtpDelivery delivery, DeliveryHost host, ImmutableArray<IPAddress> addresses, int port, CancellationToken cancel)
    {
        foreach (var address in addresses)
        {
            if (delivery.IsSettled || delivery.HasSeenEnough || !delivery.MayCall(host)) return;
            var endpoint = new PeerEndpoint(host.Name, address, host.Port ?? port);
            await delivery.TryAsync(endpoint, host, () => SettingsAsync(delivery.Context, endpoint, host, delivery.Domains, isCallout: false, cancel), cancel);
        }
    }

    /// <summary>How this address of a host is to be called, or that it is not. Sets $host and its address.</summary>
    async ValueTask<SmtpClientSettings> SettingsAsync(ExpansionContext context, PeerEndpoint endpoint, DeliveryHost host, IReadOnlyCollection<string> domains, bool isCallout, CancellationToken cancel)
    {
        SmtpHosts.Note(context, endpoint);
        var settings = _proxies.Apply(_hosts.Settings(context, endpoint), context, out var noProxy);
        if (noProxy.Length > 0) return NotCalled(noProxy);
        var demand = await _tls.DemandAsync(new(endpoint, host, domains, context, isCallout), cancel).ConfigureAwait(false);
        if (demand is TlsDemand.Refused refused) return NotCalled(refused.Text, refused.Errno, refused.IsFinal);
        // RFC 8689 4.2.1: verified TLS, by DANE, MTA-STS or the host's name.
        if (context.Message.RequiresTls && !isCallout && demand is (TlsDemand.Opportunistic or TlsDemand.Required)) demand = new TlsDemand.Verified([endpoint.Name], endpoint.Name);
        try { return _tls.Apply(_auth.Apply(settings, context, endpoint), context, endpoint, demand, isCallout); }
        catch (UndecidedException undecided) { return NotCalled(undecided.Message); }

        SmtpClientSettings NotCalled(string text, int errno = -1, bool isFinal = false) => settings with { Refusal = new(TroubleKind.NotCalled, SmtpStep.Connect, text, errno) { IsFinal = isFinal }, Security = "not called" };
    }

    /// <summary>With the fallback hosts. Null with the reason when there is none.</summary>
    List<DeliveryHost>? Hosts(TransportJob job, ExpansionContext context, out string reason)
    {
        var plan = job.Recipients[0];
        if (_hosts.Find(plan, context, out reason) is not { } hosts) return null;
        if (_hosts.AreOwn(plan))
        {
            if (!_options.AllowLocalhost && hosts.Find(h => h.Addresses.Any(a => IsLocal(a, context))) is { } local) reason = $"{Options.Name} transport found host {local.Name} to be local";
            if (reason.Length > 0) return null;
        }
        if (!plan.FallbackHosts.IsEmpty) hosts.AddRange(plan.FallbackHosts);
        else if (_options.FallbackHosts is { } fallback) reason = _hosts.Expand(fallback, "fallback_hosts", context, hosts);
        return hosts.Count == 0 ? null : hosts;
    }

    /// <summary>RFC 5321 4.5.3.1.6 allows 998 bytes.</summary>
    bool IsTooWide(ExpansionContext context) => _options.LineLengthLimit > 0 && context.Message.MaxReceivedLineLength > _options.LineLengthLimit;

    string BadPort => $"invalid port in {Options.Name} transport: \"{_options.Port?.Source}\" is not a port number or service name";

    static bool IsLocal(IPAddress address, ExpansionContext context) => IPAddress.IsLoopback(address) || context.Environment.LocalAddresses.Contains(address);
}
