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
        var answers = Answers(session);
        session.Transaction.Pipelining = Pipelining(session);
        var acceptance = new Acceptance(session.Rules, session.Services.Spool, session.Acl, session.Context)
        {
            WhyQueued = () => session.Queueing.Reason(session.Messages), IsFirstPass = () => session.Queueing.IsFirstPass,
            Where = AclWhere.Data, Transaction = session.Transaction, Origin = Origin(session),
            AskRecipients = RecipientVerdicts.AreAsked(session) ? token => RecipientVerdicts.AskAsync(session, token) : null,
            CompletesSenders = Unqualified.Allowed(session, session.Rules.Options.SenderUnqualifiedHosts), CompletesRecipients = Unqualified.Allowed(session, session.Rules.Options.RecipientUnqualifiedHosts),
        };
        switch (await acceptance.TakeAsync(intake, intake.Headers, cancel).ConfigureAwait(false))
        {
            case AcceptanceOutcome.Taken taken:
                Say(session, Taken(session, taken, intake.Id), answers);
                if (session.Trial is not null && session.Transaction.Prdr == PrdrOutcome.None) session.Replies.WriteText(SessionTrial.NotAnId);
                return SessionStep.Continue;
            case AcceptanceOutcome.RefusedByAcl refused:
                Say(session, AclReplies.Refuse(session, refused.Verdict.Hook ?? AclWhere.Data, "", refused.Verdict), answers);
                return AclEnd.Of(session, refused.Verdict);
            case AcceptanceOutcome.Refused refused:
                Refuse(session, intake.Id, refused, answers);
                return SessionStep.Continue;
            default: throw new InvalidOperationException("unknown outcome");
        }
    }

    /// <summary>RFC 2033 4.2: an answer for each RCPT that was accepted, in their order; here they share one fate.</summary>
    public static int Answers(SmtpSession session) => session.IsLmtp ? session.Transaction.Recipients.Count + session.Transaction.DiscardedRecipients : 1;

    public static void Refuse(SmtpSession session, MessageId? id, AcceptanceOutcome.Refused refused, int answers = 1)
    {
        if (refused.Log is { } line) session.Log.Reject(refused.HasId ? id : null, line);
        Say(session, refused.Reply, answers);
    }

    /// <summary>"L", with "*" where it began before the banner, "." where it might have, and "-" where the client did not.</summary>
    static string Pipelining(SmtpSession session) =>
        (session.Offered & Extensions.Pipelining) == 0 ? "" : "L" + (session.IsEarly ? "*" : (session.Offered & Extensions.PipeConnect) != 0 ? "." : "") + (session.PipeliningUsed ? "" : "-");

    static void Say(SmtpSession session, Reply reply, int times)
    {
        for (; times > 0; times--) session.Replies.Write(reply);
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
        return session.Acl.Controls.TryGetValue("submission", out var text) ? MessageOrigin.OfSubmission(SubmissionOptions.Parse(text)!, session.Transaction, session.Context) : null;
    }
}
