using ScriptMta.Acl;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>EXPN (RFC 5321 3.5): only where acl_smtp_expn accepts; then the routers say what the address stands for, one step deep. Exim takes the argument as it comes and completes it.</summary>
static class ExpnCommand
{
    public static async ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        var verdict = await session.RunAclAsync(AclWhere.Expn, cancel).ConfigureAwait(false);
        if (!verdict.IsAccept)
        {
            session.Replies.Write(AclReplies.Refuse(session, AclWhere.Expn, argument, verdict));
            return AclEnd.Of(session, verdict);
        }
        var address = MailAddress.Split(argument);
        if (!argument.Contains('@')) address = new(argument, session.Rules.Environment.QualifyRecipient);
        session.Replies.Write(Answer(address, await session.Rules.Router.ExpandAsync(address, session.Context, cancel).ConfigureAwait(false)));
        return SessionStep.Continue;
    }

    static Reply Answer(MailAddress address, ExpandedAddress expanded) => expanded switch
    {
        ExpandedAddress.Failed => ListReplies.Undeliverable(address.ToString()),
        ExpandedAddress.Deferred => ListReplies.CannotBeResolved(address.ToString()),
        ExpandedAddress.Targets { Texts: { IsEmpty: false } texts } => ListReplies.Expansion(texts),
        _ => ListReplies.Discarded(address.ToString()),
    };
}
