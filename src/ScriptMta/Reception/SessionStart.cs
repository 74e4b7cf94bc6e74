using ScriptMta.Acl;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>Everything before the first command: who is it, may it talk to us, and the banner (Exim 49, 44.4).</summary>
static class SessionStart
{
    /// <summary>So much of what came too early is logged.</summary>
    const int MostEarlyInput = 128;

    /// <summary>False when the session is over already.</summary>
    public static async ValueTask<bool> GreetAsync(SmtpSession session, CancellationToken cancel)
    {
        var options = session.Rules.Options;
        var peer = session.Context.Connection;
        if (session.IsLocal || session.Trial is not null) session.ConnectionLog.LocallyConnected();
        await PeerIdent.AskAsync(session, cancel).ConfigureAwait(false);
        if (peer.HostAddress.Length > 0 && options.HostLookup is { } lookup && !IsNamed(peer) && lookup.MatchHost(peer.HostAddress, session.Context).Match.IsYes)
            await HostNames.NoteAsync(session.Context, cancel).ConfigureAwait(false);
        if (peer.HostAddress.Length > 0 && options.HostRejectConnection is { } reject && reject.MatchHost(peer.HostAddress, session.Context).Match.IsYes)
        {
            if (session.Rules.Environment.Log.Options.Has("connection_reject")) session.Log.Refused($"refused connection from {session.Log.Host} (host_reject_connection)");
            return Refuse(session, Replies.ConnectionDenied);
        }
        if (peer.HostAddress.Length > 0 && ConnectionLimits.RefuseUnreserved(session) is { } unreserved) return Refuse(session, unreserved);
        if (!session.IsLocal && HelloVerification.IsOptional(session)) session.NeedsNoHello();
        if (session.StartsInTls)
        {
            if (await TlsStart.RunAsync(session, onConnect: true, cancel).ConfigureAwait(false) == SessionStep.Close) return false;
            await TlsAuthentication.RunAsync(session, cancel).ConfigureAwait(false);
        }
        var verdict = await session.RunAclAsync(AclWhere.Connect, cancel).ConfigureAwait(false);
        if (!verdict.IsAccept)
        {
            var refusal = AclReplies.Refuse(session, AclWhere.Connect, "", verdict);
            AclEnd.Of(session, verdict);
            return Refuse(session, refusal);
        }
        if (options.EnforceSync && session.HasTiming && !session.Acl.ConnectionControls.Contains("no_enforce_sync") && !session.Connection.IsEncrypted && session.Connection.HasUnreadInput)
        {
            if (ExtensionTable.IsFor(session, options.Extensions.PipeConnectHosts, otherwise: false)) session.IsEarly = true;
            else return TooEarly(session);
        }
        session.Replies.Write(verdict.UserText is { } text ? AclReplies.Banner(session, text) : Replies.Banner(SessionHostname.Banner(session)));
        return true;
    }

    static bool TooEarly(SmtpSession session)
    {
        session.Log.TooEarly(session.Connection.PeekInput(MostEarlyInput));
        session.EndReason = "synchronization-error";
        return Refuse(session, Replies.NotPipelined);
    }

    /// <summary>XCLIENT has said what a lookup would.</summary>
    static bool IsNamed(ConnectionFacts peer) => peer.HostName.Length > 0 || peer.HostLookupFailed || peer.HostLookupDeferred;

    static bool Refuse(SmtpSession session, Reply reply)
    {
        session.Replies.Write(reply);
        session.EndReason ??= "acl-drop";
        return false;
    }
}
