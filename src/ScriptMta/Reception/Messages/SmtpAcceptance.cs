using ScriptMta.Acl;
using ScriptMta.Mail;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>The reply to the final dot.</summary>
static class SmtpAcceptance
{
    public static async ValueTask<SessionStep> AnswerAsync(SmtpSession session, MessageIntake intake, CancellationToken cancel)
    {
        session.Messages++;
        var acceptance = new Acceptance(session.Rules, session.Services.Spool, session.Acl, session.Context)
        {
            WhyQueued = () => session.Queueing.Reason(session.Messages),
            Where = AclWhere.Data, Transaction = session.Transaction, Origin = Origin(session),
            CompletesSenders = Unqualified.Allowed(session, session.Rules.Options.SenderUnqualifiedHosts), CompletesRecipients = Unqualified.Allowed(session, session.Rules.Options.RecipientUnqualifiedHosts),
        };
        switch (await acceptance.TakeAsync(intake, intake.Headers, cancel).ConfigureAwait(false))
        {
            case AcceptanceOutcome.Taken taken:
                session.Replies.Write(Taken(session, taken, intake.Id));
                if (session.Trial is not null) session.Replies.WriteText(SessionTrial.NotAnId);
                return SessionStep.Continue;
            case AcceptanceOutcome.RefusedByAcl refused:
                session.Replies.Write(AclReplies.Refuse(session, AclWhere.Data, "", refused.Verdict));
                return AclEnd.Of(session, refused.Verdict);
            case AcceptanceOutcome.Refused refused:
                if (refused.Log is { } line) session.Log.Reject(intake.Id, line);
                session.Replies.Write(refused.Reply);
                return SessionStep.Continue;
            default: throw new InvalidOperationException("unknown outcome");
        }
    }

    static Reply Taken(SmtpSession session, AcceptanceOutcome.Taken taken, MessageId id)
    {
        var controls = session.Acl.Controls;
        if (controls.TryGetValue("fakereject", out var reject)) return Fake(Replies.FakeReject, reject);
        if (controls.TryGetValue("fakedefer", out var defer)) return Fake(Replies.FakeDefer, defer);
        return AclReplies.Accept(session, taken.Verdict, Replies.Accepted(id.Text));
    }

    static Reply Fake(Reply usual, string options) => options.Length > 1 ? usual with { Text = options[1..] } : usual;

    /// <summary>-bs is of local origin; control = submission makes a message from a host one (Exim 48.1).</summary>
    static MessageOrigin? Origin(SmtpSession session)
    {
        if (session.Caller is { } caller)
            return MessageOrigin.OfCaller(caller, session.CallerRequest!, session.Transaction.Sender, session.Acl, session.Rules.Environment);
        return !session.Acl.Controls.ContainsKey("submission") ? null
            : new() { From = session.Transaction.Sender, IsTrusted = true, SuppressFixups = session.Acl.Controls.ContainsKey("suppress_local_fixups") };
    }
}
