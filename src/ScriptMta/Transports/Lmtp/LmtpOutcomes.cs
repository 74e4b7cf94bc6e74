using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>What an LMTP conversation came to, in the words of Exim's lmtp transport. There is no host to blame: the retry clock is the address's.</summary>
static class LmtpOutcomes
{
    /// <summary>Exim's number for what has none.</summary>
    const int Unnumbered = -1;

    public static IReadOnlyList<DeliveryOutcome> Same(TransportJob job, RecipientResult result) => [.. job.Recipients.Select(r => Of(r, result, default, 0))];

    public static DeliveryOutcome Of(PlannedDelivery recipient, RecipientResult result, LogWriting log, long size) => result switch
    {
        RecipientResult.Accepted accepted => new DeliveryOutcome.Delivered(recipient, log.Confirmation(accepted.Final).TrimStart(' ')) { SmtpReply = accepted.Final.Text, Size = size },
        RecipientResult.Refused { Reply.IsPermanent: true } refused => new DeliveryOutcome.Failed(recipient, Text(refused), SmtpReply: refused.Reply.Text, Status: refused.Reply.EnhancedStatus ?? "5.0.0"),
        RecipientResult.Refused refused => new DeliveryOutcome.Deferred(recipient, SmtpErrors.ErrorName(refused, isMx: false), Text(refused), SmtpReply: refused.Reply.Text) { Errno = Errno(refused) },
        RecipientResult.Broken { Trouble: var trouble } => new DeliveryOutcome.Deferred(recipient, Outcomes.Local, Text(trouble)) { Errno = trouble.Kind == TroubleKind.Malformed ? Errnos.Malformed : Unnumbered },
        _ => throw new ArgumentException($"{result.GetType().Name} is no result", nameof(result)),
    };

    static string Text(RecipientResult.Refused refused) => $"LMTP error after {(refused.Step == SmtpStep.Verdict ? "end of data" : refused.Command)}: {refused.Reply.Text}";

    static string Text(PeerTrouble trouble) => trouble.Kind switch
    {
        TroubleKind.Timeout => $"LMTP timeout after {trouble.Command}",
        TroubleKind.Lost => $"LMTP connection closed after {trouble.Command}",
        TroubleKind.Malformed => $"Malformed LMTP response after {trouble.Command}: {trouble.Detail}",
        _ => trouble.Text,
    };

    static int Errno(RecipientResult.Refused refused) => !refused.Reply.IsTemporary ? 0 : refused.Step switch
    {
        SmtpStep.Mail => Errnos.Mail4xx,
        SmtpStep.Rcpt => Errnos.Rcpt4xx,
        SmtpStep.Data or SmtpStep.EndOfData or SmtpStep.Verdict => Errnos.Data4xx,
        _ => Unnumbered,
    };
}
