using ScriptMta.Expansion;
using ScriptMta.Network;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>TLS of one smtp transport: what is demanded for a host, and the steps that open a conversation accordingly. Deliveries and callouts ask it alike.</summary>
/// <param name="demand">The policies; null = none.</param>
sealed class SmtpTls(SmtpTlsOptions options, TlsDemanding? demand = null)
{
    public ValueTask<TlsDemand> DemandAsync(TlsQuestion question, CancellationToken cancel) => demand is null ? new(TlsDemand.Options) : demand(question, cancel);

    /// <summary>Throws <see cref="UndecidedException"/>.</summary>
    public SmtpClientSettings Apply(SmtpClientSettings settings, ExpansionContext context, PeerEndpoint endpoint, TlsDemand demanded, bool isCallout)
    {
        var host = new CalledHost(endpoint, context);
        var required = options.OnConnect || demanded.IsTlsRequired || host.IsIn(options.RequireHosts, "hosts_require_tls");
        var tls = new PeerTls
        {
            Plan = new TlsPlans(options, context, endpoint, demanded).Make, Note = session => TlsOutFacts.Note(context, session), IsRequired = required,
            IsAvoided = demanded is TlsDemand.None || host.IsIn(options.AvoidHosts, "hosts_avoid_tls") || (isCallout && host.IsIn(options.VerifyAvoidHosts, "hosts_verify_avoid_tls")),
            TriesClear = options.TriesClear,
        };
        var secured = settings with
        {
            SecureOnConnect = options.OnConnect ? TlsSteps.OnConnect(tls) : null, StartTls = TlsSteps.StartTls(tls),
            Told = result => Tell(result, demanded, context, endpoint), Security = $"{settings.Security}{demanded.Key}|{(required ? "tls" : "")}|", EndsAfterTls = host.IsIn(options.NoPassHosts, "hosts_nopass_tls"),
        };
        if (required || !options.TriesClear) return secured;
        return secured with { InClear = trouble => InClear(secured, context, endpoint, trouble, isCallout) };
    }

    /// <summary>Whoever counts results, and of DANE the log (43.18).</summary>
    static void Tell(DialResult result, TlsDemand demanded, ExpansionContext context, PeerEndpoint endpoint)
    {
        var trouble = result is DialResult.Broken { Trouble: { Kind: TroubleKind.TlsFailed or TroubleKind.TlsRequired } broken } ? broken : null;
        if (trouble is { Kind: TroubleKind.TlsFailed } && demanded is TlsDemand.Dane)
            context.Environment.Log.Main(context.Message.Id, $"DANE attempt failed; TLS connection to {endpoint}: {trouble.Text["TLS session: ".Length..]}");
        if (result is DialResult.Opened opened) demanded.Report?.Invoke(opened.Peer.Tls, null);
        else if (trouble is not null) demanded.Report?.Invoke(null, trouble.Text);
        else if (result is DialResult.Refused { Command: "STARTTLS" } refused) demanded.Report?.Invoke(null, refused.Reply.Text);
    }

    static SmtpClientSettings InClear(SmtpClientSettings settings, ExpansionContext context, PeerEndpoint endpoint, PeerTrouble trouble, bool isCallout)
    {
        var what = isCallout ? $"callout unencrypted to {endpoint}" : $"delivering unencrypted to H={endpoint}";
        context.Environment.Log.Main(context.Message.Id, $"{trouble.Text}: {what} (not in hosts_require_tls)");
        return settings with { StartTls = null, InClear = null };
    }
}
