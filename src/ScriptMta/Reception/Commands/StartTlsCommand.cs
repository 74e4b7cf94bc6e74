using ScriptMta.Acl;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>STARTTLS (RFC 3207): the ACL is asked, the transaction forgotten, and after the handshake everything that the client has said in plain text.</summary>
static class StartTlsCommand
{
    public static async ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        if (!session.Offered.HasFlag(Extensions.StartTls)) return session.Limits.ProtocolError(Replies.StartTlsNotAdvertised);
        var verdict = await session.RunAclAsync(AclWhere.StartTls, cancel).ConfigureAwait(false);
        if (!verdict.IsAccept)
        {
            session.Replies.Write(AclReplies.Refuse(session, AclWhere.StartTls, "", verdict));
            return AclEnd.Of(session, verdict);
        }
        session.Log.Incomplete("STARTTLS");
        await session.DropChunksAsync().ConfigureAwait(false);
        session.ResetTransaction();
        var step = await TlsStart.RunAsync(session, onConnect: false, cancel).ConfigureAwait(false);
        if (step != SessionStep.Continue || !session.Connection.IsEncrypted) return step;
        session.StartAnew();
        await TlsAuthentication.RunAsync(session, cancel).ConfigureAwait(false);
        return step;
    }
}
