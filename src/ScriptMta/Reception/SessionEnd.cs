using ScriptMta.Acl;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>The ways in which a session ends by itself: what is said, what is logged, and the not-QUIT ACL (Exim 44.11). The bool results are false: no more input.</summary>
static class SessionEnd
{
    public static bool Lost(SmtpSession session, bool inData)
    {
        session.ConnectionLog.Disconnected(inData);
        session.EndReason = "connection-lost";
        // A client that has only closed its sending side hears it.
        if (inData) session.Replies.Write(Replies.LostData);
        else session.EndReply = Replies.LostInput(session.Hostname);
        return false;
    }

    public static bool TimedOut(SmtpSession session, bool inData)
    {
        session.ConnectionLog.TimedOut(inData);
        session.EndReason = inData ? "data-timeout" : "command-timeout";
        session.EndReply = inData ? Replies.DataTimeout(session.Hostname) : Replies.CommandTimeout(session.Hostname);
        return false;
    }

    public static bool Stopped(SmtpSession session)
    {
        session.ConnectionLog.Stopped();
        session.EndReason = "signal-exit";
        session.EndReply = Replies.Stopping(session.Hostname);
        return false;
    }

    /// <summary>The last reply, where one is due, is that of the not-QUIT ACL if it has a message.</summary>
    public static async ValueTask WithoutQuitAsync(SmtpSession session, CancellationToken cancel)
    {
        var verdict = AclVerdict.Accept;
        if (!session.SkipsNotQuitAcl && session.Rules.Acls.Set.Option(AclWhere.NotQuit) is not null)
        {
            session.Context.Variables["smtp_notquit_reason"] = Expansion.Value.Clean(session.EndReason ?? "connection-lost");
            verdict = await session.RunAclAsync(AclWhere.NotQuit, cancel).ConfigureAwait(false);
        }
        if (session.EndReply is { } reply) session.Replies.Write(AclReplies.Accept(session, verdict, reply));
    }
}
