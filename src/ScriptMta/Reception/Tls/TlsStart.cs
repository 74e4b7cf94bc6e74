using ScriptMta.Network;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>Makes a session one over TLS: after STARTTLS, or before the banner.</summary>
static class TlsStart
{
    /// <summary>Close: the handshake failed, and nothing more is to be said.</summary>
    public static async ValueTask<SessionStep> RunAsync(SmtpSession session, bool onConnect, CancellationToken cancel)
    {
        var decision = new TlsDecision(session);
        if (!decision.Prepare()) return onConnect ? End(session, onConnect) : session.Say(TlsReplies.Unavailable);
        if (!onConnect) session.Replies.Write(TlsReplies.GoAhead);
        await session.Replies.FlushAsync(cancel).ConfigureAwait(false);
        // A dry run has nobody to shake hands with; what comes after STARTTLS is not looked at.
        var outcome = session.Trial is null ? await session.SecureAsync(decision.Choose, cancel).ConfigureAwait(false) : new TlsOutcome.Failed("gnutls_handshake", "Error in the pull function.", "");
        if (outcome is TlsOutcome.Failed failed)
        {
            TlsLog.Failed(session, failed.Reason, failed.Detail);
            if (!onConnect) session.ConnectionLog.Closed("by EOF");
            return End(session, onConnect);
        }
        TlsFacts.Note(session.Context, session.Connection.Tls!);
        return SessionStep.Continue;
    }

    /// <summary>A connection that was to begin with TLS and did not is no SMTP connection: nothing more is logged of it.</summary>
    static SessionStep End(SmtpSession session, bool onConnect)
    {
        session.ConnectionLog.IsQuiet |= onConnect;
        session.EndReason = "tls-failed";
        return SessionStep.Close;
    }
}
