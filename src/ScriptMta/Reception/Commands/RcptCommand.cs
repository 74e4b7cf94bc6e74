using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>RCPT TO (RFC 5321 4.1.1.3): syntax, the limit on recipients, then the ACL; no ACL means no (Exim 44.14).</summary>
static class RcptCommand
{
    public static ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        var message = session.Context.Message;
        message.RcptCount++;
        (session.Transaction.RecipientNotify, session.Transaction.RecipientOriginal) = (null, null);
        if (argument.Length == 0) return Failed(session, Replies.RcptNeedsAddress);
        if (PathParameters.Take(session, PathParameters.Rcpt, argument, out var wrong) is not { } path) return Failed(session, wrong);
        if (!AddressParser.TryParsePath(EarlyRewriting.Apply(session, path), session.AddressRules, out var recipient, out var error))
            return Failed(session, Replies.BadAddress(path, error));
        if (!recipient.IsQualified)
        {
            if (!IsPostmaster(recipient) && !Unqualified.Allowed(session, session.Rules.Options.RecipientUnqualifiedHosts))
            {
                session.Log.Unqualified("recipient", $"<{recipient}>");
                session.Replies.Write(Replies.UnqualifiedRecipient(path));
                return Failed(session, Replies.UnqualifiedRecipient(path), SessionStep.Continue);
            }
            recipient = recipient with { Domain = session.Rules.Environment.QualifyRecipient };
        }
        if (TooMany(session)) return new(SessionStep.Continue);
        return CheckAsync(session, path, recipient, cancel);
    }

    static async ValueTask<SessionStep> CheckAsync(SmtpSession session, string path, MailAddress recipient, CancellationToken cancel)
    {
        var (transaction, message) = (session.Transaction, session.Context.Message);
        if (transaction.DiscardedBy is not null) { Discard(session, path, "MAIL", transaction.DiscardText); session.Replies.Write(Replies.RecipientOk); return SessionStep.Continue; }
        await Pacing.BeforeRcptAsync(session, cancel).ConfigureAwait(false);
        var verdict = RecipientFacts.Set(session, recipient) ?? await session.RunAclAsync(AclWhere.Rcpt, cancel).ConfigureAwait(false);
        if (session.Acl.CutThrough is { } cut) verdict = await CutThroughAsync(session, cut, verdict, cancel).ConfigureAwait(false);
        session.Context.Address = new();
        if (!verdict.IsAccept)
        {
            if (verdict.Kind == AclVerdictKind.Defer) message.RcptDeferCount++;
            else message.RcptFailCount++;
            var refusal = AclReplies.Refuse(session, AclWhere.Rcpt, path, verdict);
            transaction.NoteRefusal(refusal.Text);
            session.Replies.Write(refusal);
            return AclEnd.Of(session, verdict);
        }
        if (verdict.Kind == AclVerdictKind.Discard) Discard(session, path, "RCPT", verdict.LogText);
        else Add(session, recipient);
        session.Replies.Write(AclReplies.Accept(session, verdict, Replies.RecipientOk));
        return SessionStep.Continue;
    }

    /// <summary>What the rules take, the host of a cut-through delivery must take, too; what they do not, it must not have.</summary>
    static async ValueTask<AclVerdict> CutThroughAsync(SmtpSession session, CutThrough cut, AclVerdict verdict, CancellationToken cancel)
    {
        if (verdict.Kind == AclVerdictKind.Accept && CutThroughDelivery.IsPossible(session.Transaction))
            return await session.Rules.Acls.CutThroughAsync(session.Acl, session.Context, cut, cancel).ConfigureAwait(false) is CutThroughStep.Refused refused ? refused.Verdict : verdict;
        var hasIt = session.Acl.HeldCallout?.Recipients.Length > cut.Recipients;
        if (hasIt || verdict.Kind == AclVerdictKind.Accept) session.Acl.StopCutThrough();
        return verdict;
    }

    static void Add(SmtpSession session, MailAddress recipient)
    {
        session.Transaction.Recipients.Add(new(recipient, Notify: session.Transaction.RecipientNotify, OriginalRecipient: session.Transaction.RecipientOriginal));
        session.Context.Message.Recipients.Add(recipient);
        session.State = SessionState.HasRecipients;
    }

    static void Discard(SmtpSession session, string path, string by, string? why)
    {
        session.Transaction.DiscardedRecipients++;
        session.State = SessionState.HasRecipients;
        session.Log.Refused($"{session.Log.HostAndIdent} F=<{session.Transaction.Sender}> RCPT {path}: discarded by {by} ACL{(why is null ? "" : ": " + why)}".TrimSpaceAtStart());
    }

    static bool TooMany(SmtpSession session)
    {
        var (options, transaction) = (session.Rules.Options, session.Transaction);
        if (options.RecipientsMax <= 0 || transaction.Recipients.Count + transaction.DiscardedRecipients < options.RecipientsMax) return false;
        if (!transaction.TooManyLogged)
            session.Log.Reject(null, $"too many recipients: {(options.RecipientsMaxReject ? "message rejected" : "excess temporarily rejected")}: sender=<{transaction.Sender}> {session.Log.HostAndIdent}");
        transaction.TooManyLogged = true;
        if (options.RecipientsMaxReject) session.Context.Message.RcptFailCount++;
        else session.Context.Message.RcptDeferCount++;
        session.Replies.Write(options.RecipientsMaxReject ? Replies.TooManyRecipients : Replies.TooManyRecipientsNow);
        return true;
    }

    static ValueTask<SessionStep> Failed(SmtpSession session, Reply reply) => Failed(session, reply, session.Limits.SyntaxError(reply));

    static ValueTask<SessionStep> Failed(SmtpSession session, Reply reply, SessionStep step)
    {
        session.Context.Message.RcptFailCount++;
        session.Transaction.NoteRefusal(reply.ToString());
        return new(step);
    }

    /// <summary>RFC 5321 4.1.1.3: "Postmaster" needs no domain.</summary>
    static bool IsPostmaster(MailAddress address) => address.LocalPart.Equals("postmaster", StringComparison.OrdinalIgnoreCase);
}
