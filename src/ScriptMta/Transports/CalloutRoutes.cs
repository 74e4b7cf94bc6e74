using System.Collections.Frozen;
using ScriptMta.Acl;

namespace ScriptMta.Transports;

/// <summary>Callouts ask the transport that routing chose; only smtp has hosts to call (Exim 44.46).</summary>
static class CalloutRoutes
{
    public static CalloutRouting Of(FrozenDictionary<string, ITransport> transports) => (plan, context, cancel) => transports.GetValueOrDefault(plan.Transport) switch
    {
        SmtpTransport smtp => smtp.CalloutAsync(plan, context, cancel),
        _ when plan.Hosts.IsEmpty => new(new CalloutRoute.Local()),
        var other => new(new CalloutRoute.Unknown($"Exim configuration error for callout transport '{plan.Transport}': {other?.Options.Driver ?? "it"} is non-smtp")),
    };

    /// <summary>Only appendfile has mailboxes that are ours to look at.</summary>
    public static QuotaRouting Quota(FrozenDictionary<string, ITransport> transports) => (plan, context, size) =>
        transports.GetValueOrDefault(plan.Transport) is AppendFileTransport mailbox ? mailbox.AskQuota(plan, context, size) : new QuotaAnswer.Fits();

    public static CutThroughSending CutThrough(FrozenDictionary<string, ITransport> transports) => (held, message, cancel) =>
        transports.GetValueOrDefault(held.Recipients[0].Transport) is SmtpTransport smtp ? smtp.CutThroughAsync(held, message, cancel) : new((null, "its transport is gone"));
}
