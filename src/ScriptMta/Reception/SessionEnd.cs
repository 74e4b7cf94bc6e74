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
        session.Replies.Write(inData ? Replies.LostData : Replies.LostInput(session.Hostname));
        return false;
    }

    public static bool TimedOut(SmtpSession session, bool inData)
    {
        session.ConnectionLog.TimedOut(inData);
        session.EndReason = inData ? "data-timeout" : "command-timeout";
        session.Replies.Write(inData ? Replies.DataTimeout(session.Hostname) : Replies.CommandTimeout(session.Hostname));
        return false;
    }

    public static bool Stopped(SmtpSession session)
    {
        session.ConnectionLog.Stopped();
        session.EndReason = "signal-exit";
        session.Replies.Write(Replies.Stopping(session.Hostname));
        return false;
    }

    public static async ValueTask WithoutQuitAsync(SmtpSession session, CancellationToken cancel)
    {
        if (session.Rules.Acls.Set.Option(AclWhere.NotQuit) is null) return;
        session.Context.Variables["smtp_notquit_reason"] = Expansion.Value.Clean(session.EndReason ?? "connection-lost");
        await session.RunAclAsync(AclWhere.NotQuit, cancel).ConfigureAwait(false);
    }
}
