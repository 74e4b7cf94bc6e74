using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>What a failed conversation means for retrying and for the log: retry-rule error names (Exim 32.5), host and message errors (49.2), the "H=" lines.</summary>
static class SmtpErrors
{
    public static DeliveryOutcome.Deferred Deferred(PlannedDelivery recipient, RecipientResult result, PeerEndpoint endpoint, bool isMx) => result switch
    {
        RecipientResult.Refused refused => new(recipient, ErrorName(result, isMx), refused.Text, endpoint.ToString(), refused.Reply.Text)
        {
            Errno = !refused.Reply.IsTemporary ? 0 : refused.Step switch { SmtpStep.Mail => Errnos.Mail4xx, SmtpStep.Rcpt => Errnos.Rcpt4xx, SmtpStep.Data or SmtpStep.EndOfData => Errnos.Data4xx, _ => 0 },
            IsHostError = refused.Step is not (SmtpStep.Rcpt or SmtpStep.Verdict),
        },
        RecipientResult.Broken { Trouble: var trouble } =>
            new(recipient, ErrorName(result, isMx), trouble.Text, trouble.Step == SmtpStep.Connect || IsOurs(trouble) ? "" : endpoint.ToString()) { Errno = trouble.Errno, IsHostError = trouble.Step != SmtpStep.Rcpt || trouble.Kind != TroubleKind.Timeout },
        _ => throw new ArgumentException($"{result.GetType().Name} is no failure", nameof(result)),
    };

    public static string ErrorName(RecipientResult result, bool isMx)
    {
        var route = isMx ? "_MX" : "_A";
        return result switch
        {
            RecipientResult.Refused { Step: SmtpStep.Mail, Reply.Code: var code } => $"mail_{code}",
            RecipientResult.Refused { Step: SmtpStep.Rcpt, Reply.Code: var code } => $"rcpt_{code}",
            RecipientResult.Refused { Step: SmtpStep.Data or SmtpStep.EndOfData or SmtpStep.Verdict, Reply.Code: var code } => $"data_{code}",
            RecipientResult.Broken { Trouble.Kind: TroubleKind.Refused } => "refused" + route,
            RecipientResult.Broken { Trouble.Kind: TroubleKind.ConnectTimeout } => "timeout_connect" + route,
            RecipientResult.Broken { Trouble.Kind: TroubleKind.Timeout } => "timeout" + route,
            RecipientResult.Broken { Trouble.Kind: TroubleKind.Lost } => "lost_connection",
            RecipientResult.Broken { Trouble.Kind: TroubleKind.TlsRequired } => "tls_required",
            RecipientResult.Broken { Trouble.Kind: TroubleKind.LoginRequired } => "auth_failed",
            _ => Outcomes.Local,
        };
    }

    /// <summary>What the queue remembers: nothing for recipient errors and permanent refusals; a message error concerns this message only.</summary>
    public static (string? Error, bool IsMessageError) Hint(RecipientResult result, bool isMx) => result switch
    {
        RecipientResult.Accepted => (null, false),
        RecipientResult.Broken { Trouble.IsFinal: true } => (null, false),
        RecipientResult.Refused { Reply.IsPermanent: true } or RecipientResult.Refused { Step: SmtpStep.Rcpt or SmtpStep.Verdict } => (null, false),
        RecipientResult.Refused { Step: var step } => (ErrorName(result, isMx), step is SmtpStep.Mail or SmtpStep.Data or SmtpStep.EndOfData),
        RecipientResult.Broken { Trouble: { Kind: TroubleKind.Timeout, Step: SmtpStep.Rcpt } } => (null, false),
        RecipientResult.Broken { Trouble: { Kind: TroubleKind.Timeout, Step: SmtpStep.Mail } } or RecipientResult.Broken { Trouble.Step: SmtpStep.EndOfData } => (ErrorName(result, isMx), true),
        _ => (ErrorName(result, isMx), false),
    };

    /// <summary>What stands after "H=name [address]" in the main log, or null where Exim writes no such line.</summary>
    public static string? HostLine(RecipientResult result) => result switch
    {
        RecipientResult.Refused { Step: SmtpStep.Banner or SmtpStep.Helo } refused => ": " + refused.Text,
        RecipientResult.Refused { Step: not (SmtpStep.Rcpt or SmtpStep.Verdict), Reply.IsPermanent: false } refused => ": " + refused.Text,
        RecipientResult.Broken { Trouble: { Kind: TroubleKind.Timeout, Step: SmtpStep.Rcpt } or { Kind: TroubleKind.TlsFailed or TroubleKind.LoginRequired or TroubleKind.LoginFailed } } => null,
        RecipientResult.Broken { Trouble: { Kind: TroubleKind.NotCalled } trouble } => trouble.IsFinal ? null : ": " + trouble.Text,
        RecipientResult.Broken { Trouble: { Kind: TroubleKind.Timeout } trouble } => $": {trouble.Text}: Connection timed out",
        RecipientResult.Broken { Trouble: { Step: SmtpStep.Connect } trouble } => " " + trouble.Text,
        RecipientResult.Broken { Trouble: var trouble } => ": " + trouble.Text,
        _ => null,
    };

    /// <summary>Exim blames no host for it.</summary>
    static bool IsOurs(PeerTrouble trouble) => trouble.Kind is TroubleKind.LoginRequired or TroubleKind.LoginFailed;
}
