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
            Security = $"{settings.Security}{demanded.Key}|{(required ? "tls" : "")}|", EndsAfterTls = host.IsIn(options.NoPassHosts, "hosts_nopass_tls"),
        };
        if (required || !options.TriesClear) return secured;
        return secured with { InClear = trouble => InClear(secured, context, endpoint, trouble, isCallout) };
    }

    static SmtpClientSettings InClear(SmtpClientSettings settings, ExpansionContext context, PeerEndpoint endpoint, PeerTrouble trouble, bool isCallout)
    {
        var what = isCallout ? $"callout unencrypted to {endpoint}" : $"delivering unencrypted to H={endpoint}";
        context.Environment.Log.Main(context.Message.Id, $"{trouble.Text}: {what} (not in hosts_require_tls)");
        return settings with { StartTls = null, InClear = null };
    }
}
