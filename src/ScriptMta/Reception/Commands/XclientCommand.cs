using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>XCLIENT (Postfix's XCLIENT_README; Exim: hosts_xclient): a trusted host speaks for a client of its own, and the session begins anew as that client's.</summary>
static class XclientCommand
{
    /// <summary>By the address that really called, whatever an XCLIENT before has said.</summary>
    public static bool IsFor(SmtpSession session) =>
        session.SpeaksForOthers ??= !session.IsLocal && session.PeerIsIn(session.Rules.Options.Proxy.XclientHosts);

    public static async ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        if (!IsFor(session))
        {
            session.Log.Refused($"rejected XCLIENT from {session.Log.Host}: not in hosts_xclient");
            return session.Say(Replies.XclientDenied);
        }
        if (XclientAttributes.Read(argument, out var error) is not { } changes) return session.Limits.SyntaxError(error);
        foreach (var change in changes) change(session.Context.Connection);
        session.State = SessionState.Connected;
        session.ResetTransaction();
        session.Offered = Extensions.None;
        return await SessionStart.GreetAsync(session, cancel).ConfigureAwait(false) ? SessionStep.Continue : SessionStep.Close;
    }
}
