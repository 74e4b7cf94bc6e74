using ScriptMta.Acl;
using ScriptMta.Authentication;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>AUTH (RFC 4954; Exim 33.3): once, outside of a transaction, by a mechanism that was offered, when acl_smtp_auth lets it.</summary>
static class AuthCommand
{
    public static async ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        session.Context.Variables["authentication_failed"] = Value.Clean("1"); // until it has succeeded, as in Exim
        var isFree = session.Acl.ConnectionControls.Contains("allow_auth_unadvertised");
        if (!isFree && !session.Offered.HasFlag(Extensions.Auth)) return session.Limits.ProtocolError(AuthReplies.NotAdvertised);
        if (session.Context.Connection.Authenticator.Length > 0) return session.Limits.ProtocolError(AuthReplies.AlreadyAuthenticated);
        if (session.State >= SessionState.HasSender) return session.Limits.ProtocolError(AuthReplies.InTransaction);
        var end = argument.AsSpan().IndexOfAny(" \t");
        var (name, initial) = end < 0 ? (argument, "") : (argument[..end], argument[end..].TrimSpaceAtStart());
        var verdict = await session.RunAclAsync(AclWhere.Auth, cancel).ConfigureAwait(false);
        if (!verdict.IsAccept)
        {
            session.Replies.Write(AclReplies.Refuse(session, AclWhere.Auth, name, verdict));
            return AclEnd.Of(session, verdict);
        }
        var mechanisms = isFree ? AuthOffer.All(session) : session.Mechanisms;
        if (mechanisms.FirstOrDefault(m => m.PublicName == name.UpperAscii()) is not { } authenticator) return session.Limits.ProtocolError(AuthReplies.Unsupported(name));
        return await TryAsync(session, authenticator, initial, cancel).ConfigureAwait(false);
    }

    static async ValueTask<SessionStep> TryAsync(SmtpSession session, ServerAuthenticator authenticator, string initial, CancellationToken cancel)
    {
        session.Context.Connection.AuthenticatedId = ""; // a local caller had one
        var attempt = new AuthAttempt(session, authenticator);
        var exchange = new AuthExchange(session.Context)
        {
            Initial = initial, IsSecured = AuthFacts.IsSecured(session), HasVerifiedCertificate = AuthFacts.HasVerifiedCertificate(session), ServerEndPoint = AuthFacts.ServerEndPoint(session),
            OffersBinding = session.Mechanisms.Any(m => m.NeedsBinding),
            Ask = async (challenge, token) =>
            {
                session.Replies.Write(AuthReplies.Challenge(Base64Text.Encode(challenge)));
                return await session.ReadAnswerAsync(attempt.Lost, token).ConfigureAwait(false);
            },
        };
        try
        {
            var outcome = initial.Length > AuthExchange.LongestLine ? new(AuthOutcomeKind.TooLong) : await authenticator.Mechanism(exchange, cancel).ConfigureAwait(false);
            if (outcome.Kind == AuthOutcomeKind.Lost) return SessionStep.Close;
            session.Replies.Write(attempt.End(outcome));
            return SessionStep.Continue;
        }
        finally { exchange.Forget(); }
    }
}
