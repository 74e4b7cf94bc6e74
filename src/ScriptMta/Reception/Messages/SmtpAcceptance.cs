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
        session.Transaction.Pipelining = session.PipeliningUsed ? "L" : (session.Offered & Extensions.Pipelining) != 0 ? "L-" : "";
        var acceptance = new Acceptance(session.Rules, session.Services.Spool, session.Acl, session.Context)
        {
            WhyQueued = () => session.Queueing.Reason(session.Messages),
            Where = AclWhere.Data, Transaction = session.Transaction, Origin = Origin(session),
            AskRecipients = RecipientVerdicts.AreAsked(session) ? token => RecipientVerdicts.AskAsync(session, token) : null,
            CompletesSenders = Unqualified.Allowed(session, session.Rules.Options.SenderUnqualifiedHosts), CompletesRecipients = Unqualified.Allowed(session, session.Rules.Options.RecipientUnqualifiedHosts),
        };
        switch (await acceptance.TakeAsync(intake, intake.Headers, cancel).ConfigureAwait(false))
        {
            case AcceptanceOutcome.Taken taken:
                session.Replies.Write(Taken(session, taken, intake.Id));
                if (session.Trial is not null && session.Transaction.Prdr == PrdrOutcome.None) session.Replies.WriteText(SessionTrial.NotAnId);
                return SessionStep.Continue;
            case AcceptanceOutcome.RefusedByAcl refused:
                session.Replies.Write(AclReplies.Refuse(session, refused.Verdict.Hook ?? AclWhere.Data, "", refused.Verdict));
                return AclEnd.Of(session, refused.Verdict);
            case AcceptanceOutcome.Refused refused:
                Refuse(session, intake.Id, refused);
                return SessionStep.Continue;
            default: throw new InvalidOperationException("unknown outcome");
        }
    }

    public static void Refuse(SmtpSession session, MessageId? id, AcceptanceOutcome.Refused refused)
    {
        if (refused.Log is { } line) session.Log.Reject(refused.HasId ? id : null, line);
        session.Replies.Write(refused.Reply);
    }

    static Reply Taken(SmtpSession session, AcceptanceOutcome.Taken taken, MessageId id)
    {
        var controls = session.Acl.Controls;
        if (controls.TryGetValue("fakereject", out var reject)) return Fake(Replies.FakeReject, reject);
        if (controls.TryGetValue("fakedefer", out var defer)) return Fake(Replies.FakeDefer, defer);
        if (session.Transaction.Prdr != PrdrOutcome.None) return RecipientVerdicts.Summary(session.Transaction.Prdr, id.Text);
        return AclReplies.Accept(session, taken.Verdict, session.Transaction.Chunks is { } chunks ? ChunkReplies.Accepted(chunks.LastSize, chunks.Total, id.Text) : Replies.Accepted(id.Text));
    }

    static Reply Fake(Reply usual, string options) => options.Length > 1 ? usual with { Text = options[1..] } : usual;

    /// <summary>-bs is of local origin; control = submission makes a message from a host one (Exim 48.1).</summary>
    static MessageOrigin? Origin(SmtpSession session)
    {
        if (session.Caller is { } caller)
            return MessageOrigin.OfCaller(caller, session.CallerRequest!, session.Transaction.Sender, session.Acl, session.Rules.Environment);
        return session.Acl.Controls.TryGetValue("submission", out var text) ? MessageOrigin.OfSubmission(SubmissionOptions.Parse(text)!, session.Transaction, session.Acl, session.Context) : null;
    }
}
