using ScriptMta.Acl;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>The commands that do next to nothing.</summary>
static class SmallCommands
{
    public static ValueTask<SessionStep> Noop(SmtpSession session, string argument, CancellationToken cancel) => Say(session, Replies.Ok);

    public static async ValueTask<SessionStep> Rset(SmtpSession session, string argument, CancellationToken cancel)
    {
        session.Log.Incomplete("RSET");
        await session.DropChunksAsync().ConfigureAwait(false);
        session.ResetTransaction();
        return await Say(session, Replies.ResetOk).ConfigureAwait(false);
    }

    public static async ValueTask<SessionStep> Quit(SmtpSession session, string argument, CancellationToken cancel)
    {
        session.SaidQuit = true;
        var reply = Replies.Closing(session.Hostname);
        if (session.Rules.Acls.Set.Option(AclWhere.Quit) is not null)
        {
            var verdict = await session.RunAclAsync(AclWhere.Quit, cancel).ConfigureAwait(false);
            // The code is 221 whatever the rule says (Exim 44.10).
            if (verdict.UserText is { } text) reply = reply with { Text = text };
        }
        session.Replies.Write(reply);
        session.Log.Incomplete("QUIT");
        session.ConnectionLog.Closed();
        return SessionStep.Close;
    }

    /// <summary>An extension that EHLO did not offer is a protocol error.</summary>
    public static CommandHandler NotAdvertised(Reply reply) => (session, _, _) => new(session.Limits.ProtocolError(reply));

    static ValueTask<SessionStep> Say(SmtpSession session, Reply reply)
    {
        session.Replies.Write(reply);
        return new(SessionStep.Continue);
    }
}
