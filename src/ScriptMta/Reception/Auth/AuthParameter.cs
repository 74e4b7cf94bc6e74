using ScriptMta.Acl;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>AUTH= of MAIL (RFC 4954 5; Exim 33.2): who the client says has submitted the message. It counts where acl_smtp_mailauth, or else authentication, and server_mail_auth_condition let it.</summary>
static class AuthParameter
{
    public static Reply? Note(SmtpSession session, string value)
    {
        // "<>": the client does not know, or does not say.
        if (value == "<>") return null;
        // A control character would forge a header or a line of a log.
        if (!Xtext.TryDecode(value, out var sender) || sender.Length == 0 || sender.Any(static c => c is < ' ' or '\u007f')) return AuthReplies.BadMailParameter;
        session.Transaction.GivenAuth = sender;
        return null;
    }

    /// <summary>Decides on it; the reply to MAIL where that cannot be done now.</summary>
    public static async ValueTask<Reply?> CheckAsync(SmtpSession session, CancellationToken cancel)
    {
        if (session.Transaction.GivenAuth is not { } sender) return null;
        var (message, peer) = (session.Context.Message, session.Context.Connection);
        message.AuthenticatedSender = sender;
        if (session.Rules.Acls.Set.Option(AclWhere.MailAuth) is null)
        {
            if (peer.Authenticator.Length == 0) Ignore(session, sender, "client not authenticated");
        }
        else if (await session.RunAclAsync(AclWhere.MailAuth, cancel).ConfigureAwait(false) is var verdict && !verdict.IsAccept)
        {
            if (verdict.Kind == AclVerdictKind.Deny) Ignore(session, sender, "rejected by ACL");
            else return Deferred(session, verdict);
        }
        if (message.AuthenticatedSender.Length > 0 && ConditionOf(session) is (var authenticator, { } condition) && !AuthOffer.IsTrue(session, condition, authenticator, session.Context))
            Ignore(session, sender, $"server_mail_auth_condition failed: authenticated ID=\"{peer.AuthenticatedId}\"");
        return null;
    }

    static (Authentication.ServerAuthenticator, Template?)? ConditionOf(SmtpSession session) =>
        session.Rules.Options.Auth.Authenticators.FirstOrDefault(a => a.Name == session.Context.Connection.Authenticator) is { } authenticator ? (authenticator, authenticator.MailAuthCondition) : null;

    static void Ignore(SmtpSession session, string sender, string why)
    {
        session.Context.Message.AuthenticatedSender = "";
        AuthLog.Ignored(session, sender, why);
    }

    /// <summary>There is nothing that drop could end here: it is a mistake of the rule, as discard is.</summary>
    static Reply Deferred(SmtpSession session, AclVerdict verdict)
    {
        if (verdict.Kind == AclVerdictKind.Drop) session.Rules.Environment.Log.Panic(null, "\"drop\" verb not allowed in MAILAUTH ACL");
        var deferred = verdict.Kind == AclVerdictKind.Drop ? new AclVerdict(AclVerdictKind.Defer) : verdict;
        return AclReplies.Refuse(session, AclWhere.MailAuth, session.Context.Connection.SmtpCommandArgument, deferred);
    }
}
