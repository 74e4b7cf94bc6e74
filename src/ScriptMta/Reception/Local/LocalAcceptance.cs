using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>What one message of a local program is submitted with.</summary>
sealed record Submission(SubmissionRequest Request, LocalCaller Caller, ReceptionRules Rules, ExpansionContext Context, AclSession Acl);

/// <summary>The end of the reception of a message that came without SMTP policy: acl_not_smtp. A refusal by it is logged by whoever tells it.</summary>
static class LocalAcceptance
{
    public static async ValueTask<AcceptanceOutcome> TakeAsync(ISpool spool, Submission submission, MessageIntake intake, HeaderSection headers, IReadOnlyList<MailAddress> recipients, CancellationToken cancel)
    {
        var (context, current) = (submission.Context, submission.Rules);
        var transaction = new Transaction
        {
            Sender = context.Message.Sender ?? MailAddress.Null, BodyType = submission.Request.BodyType?.UpperAscii() switch { "8BITMIME" => 8, "7BIT" => 7, _ => 0 },
        };
        var notify = submission.Request.DsnNotify?.UpperAscii();
        (context.Message.DsnReturn, context.Message.DsnEnvelopeId) = (submission.Request.DsnReturn?.UpperAscii() ?? "", submission.Request.DsnEnvelopeId ?? "");
        foreach (var recipient in recipients) transaction.Recipients.Add(new(recipient, Notify: notify));
        context.Message.Recipients.AddRange(recipients);
        var queueing = new QueueDecision(current, MachineState.Own) { Caller = submission.Request };
        var outcome = await new Acceptance(current, spool, submission.Acl, context)
        {
            WhyQueued = () => queueing.Reason(messages: 1), IsFirstPass = () => queueing.IsFirstPass,
            Where = AclWhere.NotSmtp, Transaction = transaction, Origin = MessageOrigin.OfCaller(submission.Caller, submission.Request, transaction.Sender, submission.Acl, current.Environment),
        }.TakeAsync(intake, headers, cancel).ConfigureAwait(false);
        if (outcome is AcceptanceOutcome.Refused { Log: { } line } refused) current.Environment.Log.Main(refused.HasId ? intake.Id : null, line);
        return outcome;
    }
}
