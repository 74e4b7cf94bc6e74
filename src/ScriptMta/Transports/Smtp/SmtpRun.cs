using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>One job of an smtp transport with what is worked out for it once, whatever hosts it meets.</summary>
sealed record SmtpRun(TransportJob Job, TransportOptions Generic, SmtpTransportOptions Options, PeerPool Pool, ExpansionContext Context, string ReturnPath, OutgoingContent Content)
{
    public LogWriting Log => new(Context.Environment.Log.Options);

    public static OutgoingContent ContentOf(TransportJob job, TransportOptions generic, string headers) =>
        new(Latin1.Encode(headers), generic.HeadersOnly ? null : job.OpenBody, job.BodyLength);

    /// <summary>The mail for these recipients over this connection. The error is why it cannot be told (authenticated_sender).</summary>
    public (OutgoingMail? Mail, string Error) Mail(IReadOnlyList<int> who, SmtpPeer peer)
    {
        var (authenticated, error) = Options.AuthenticatedSender(Context, peer);
        if (error.Length > 0) return (null, error);
        var message = Context.Message;
        return (new()
        {
            ReturnPath = ReturnPath, Recipients = [.. who.Select(i => Recipient(Job.Recipients[i], Generic))],
            SizeToDeclare = Options.SizeAddition < 0 ? 0 : Math.Max(0, message.Size) + Options.SizeAddition,
            EightBit = message.BodyType == 8, IsUtf8 = message.IsSmtpUtf8, Downconvert = Options.DownconvertFor(Context), RequiresTls = message.RequiresTls,
            AuthenticatedSender = authenticated, Reports = Reports(who), Content = Content,
        }, "");
    }

    /// <summary>dsn_lasthop: the next server is not asked, so that this one reports.</summary>
    OutgoingReports? Reports(IReadOnlyList<int> who)
    {
        if (Job.Reports is not { } requests || Job.Recipients[0].DsnLastHop) return null;
        return new(Context.Message.DsnReturn, Context.Message.DsnEnvelopeId, [.. who.Select(i => requests(Job.Recipients[i].Address))]);
    }

    /// <summary>Affixes that a router took off are not sent, unless rcpt_include_affixes.</summary>
    public static string Recipient(PlannedDelivery plan, TransportOptions options)
    {
        var affixed = plan.Facts.Prefix.Length + plan.Facts.Suffix.Length > 0 && !options.RcptIncludeAffixes;
        return affixed ? $"{plan.Facts.LocalPart}@{plan.Facts.Domain}" : plan.Address.Address.ToString();
    }
}
