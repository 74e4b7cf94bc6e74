using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>PRDR (Exim 44.9): acl_smtp_data_prdr is asked about each recipient once the message is there, and each is answered for itself. Those who are not accepted leave the envelope.</summary>
static class RecipientVerdicts
{
    /// <summary>Asked for, allowed, and of use: the answer for a single recipient is the answer to DATA.</summary>
    public static bool AreAsked(SmtpSession session) => session.Transaction.IsPrdr && session.Transaction.Recipients.Count > 1;

    public static async ValueTask AskAsync(SmtpSession session, CancellationToken cancel)
    {
        var (transaction, message) = (session.Transaction, session.Context.Message);
        session.Replies.Write(PrdrReplies.Begin);
        var kept = new List<Recipient>(transaction.Recipients.Count);
        var outcome = PrdrOutcome.None;
        foreach (var recipient in transaction.Recipients)
        {
            var verdict = RecipientFacts.Set(session, recipient.Address) ?? await session.RunAclAsync(AclWhere.Prdr, cancel).ConfigureAwait(false);
            Answer(session, recipient.Address.ToString(), verdict);
            outcome |= verdict.Kind switch { AclVerdictKind.Accept => PrdrOutcome.Accepted, AclVerdictKind.Defer => PrdrOutcome.Deferred, _ => PrdrOutcome.Refused };
            if (verdict.Kind == AclVerdictKind.Accept) kept.Add(recipient);
            else message.Recipients.Remove(recipient.Address);
        }
        transaction.Prdr = outcome;
        transaction.Recipients.Clear();
        transaction.Recipients.AddRange(kept);
        session.Context.Address = new();
    }

    /// <summary>What is said at the end, when nobody is left or all went well. The message of acl_smtp_data is not heard here, as in Exim.</summary>
    public static Reply Summary(PrdrOutcome outcome, string id) => outcome switch
    {
        PrdrOutcome.Accepted => PrdrReplies.AcceptedByAll(id),
        PrdrOutcome.Refused => PrdrReplies.RefusedByAll(id),
        _ => PrdrReplies.AcceptedBySome(id),
    };

    static void Answer(SmtpSession session, string address, AclVerdict verdict)
    {
        var usual = verdict.Kind switch
        {
            AclVerdictKind.Accept or AclVerdictKind.Discard => PrdrReplies.Accepts(address),
            AclVerdictKind.Defer => PrdrReplies.Defers(address),
            _ => PrdrReplies.Refuses(address),
        };
        session.Replies.Write(AclReplies.Accept(session, verdict, usual));
        var text = verdict.LogText ?? verdict.UserText;
        session.Rules.Environment.Log.Main(session.Context.Message.Id, text is null ? usual.Text : $"PRDR {address} {text}");
    }
}

/// <summary>What became of the recipients of a message with PRDR: flags, since it may be all of them.</summary>
[Flags]
enum PrdrOutcome { None = 0, Accepted = 1, Refused = 2, Deferred = 4 }
