using ScriptMta.Acl;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>VRFY (RFC 5321 3.5): only where acl_smtp_vrfy accepts; then the routers are asked.</summary>
static class VrfyCommand
{
    public static async ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        if (argument.Length == 0) return session.Say(Replies.EmptyAddress);
        if (!AddressParser.TryParsePath(argument, session.AddressRules, out var address, out var error))
            return session.Say(Replies.BadAddress(error));
        if (!address.IsQualified)
        {
            if (!Unqualified.Allowed(session, session.Rules.Options.RecipientUnqualifiedHosts))
            {
                session.Log.Unqualified("verify", $"<{address}>");
                session.Replies.Write(Replies.UnqualifiedRecipient(argument));
                return SessionStep.Continue;
            }
            address = address with { Domain = session.Rules.Environment.QualifyRecipient };
        }
        var verdict = RecipientFacts.Set(session, address) ?? await session.RunAclAsync(AclWhere.Vrfy, cancel).ConfigureAwait(false);
        session.Context.Address = new();
        if (!verdict.IsAccept)
        {
            session.Replies.Write(AclReplies.Refuse(session, AclWhere.Vrfy, argument, verdict));
            return AclEnd.Of(session, verdict);
        }
        session.Replies.Write(await AskAsync(session, argument, address, cancel).ConfigureAwait(false));
        return SessionStep.Continue;
    }

    static async ValueTask<Reply> AskAsync(SmtpSession session, string argument, MailAddress address, CancellationToken cancel)
    {
        if (session.Rules.Router is not { } router) return Replies.CannotVerify;
        var outcome = await router.VerifyAsync(address, session.Context, RoutingPurpose.VerifyRecipient, cancel).ConfigureAwait(false);
        if (outcome is VerifyOutcome.Failed) session.Rules.Environment.Log.Main(null, $"VRFY failed for {argument} {session.Log.HostAndIdent}");
        return outcome switch
        {
            VerifyOutcome.Verified => Replies.Deliverable(address.ToString()),
            VerifyOutcome.Failed failed => Replies.Undeliverable(address.ToString(), failed.Text),
            VerifyOutcome.Deferred { SmtpReply: { } } deferred => Replies.Later(address.ToString(), deferred.Text),
            VerifyOutcome.Deferred => Replies.CannotResolve(address.ToString()),
            _ => Replies.LocalProblem,
        };
    }
}
