using ScriptMta.Authentication;
using ScriptMta.Expansion;
using ScriptMta.Logging;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>What an attempt leaves behind: an identity or none, the reply, and the line that tells of a failure.</summary>
sealed class AuthAttempt(SmtpSession session, ServerAuthenticator authenticator)
{
    /// <summary>While $auth1… are still there.</summary>
    public Reply End(AuthOutcome outcome)
    {
        DebugPrint();
        var id = authenticator.SetId is { } template ? AuthConditions.Quietly(template, session.Context) : Expanded.Ok(Value.Empty);
        // The name may be written anywhere: into logs, and into the header section.
        var name = id.IsOk ? MailLog.Escape(id.Text) : "";
        if (outcome.IsOk && !id.IsOk) outcome = AuthOutcome.Defer(id.Error);
        session.Context.Trace?.Add("authenticator", authenticator.At, authenticator.Name, outcome.Kind.ToString());
        return outcome.IsOk ? Succeed(name) : Fail(outcome, name);
    }

    /// <summary>The client went away before its answer.</summary>
    public void Lost() => session.Replies.Write(End(new(AuthOutcomeKind.Lost)));

    Reply Succeed(string name)
    {
        var peer = session.Context.Connection;
        (peer.Authenticator, peer.AuthenticatedId) = (authenticator.Name, name);
        session.Context.Variables["authentication_failed"] = Value.Clean("0");
        session.Context.Variables.Remove("authenticated_fail_id");
        peer.Protocol = SessionProtocol.Of(session);
        return AuthReplies.Succeeded;
    }

    Reply Fail(AuthOutcome outcome, string name)
    {
        if (IsOfUser(outcome.Kind)) session.Context.Variables["authenticated_fail_id"] = Value.Tainted(name);
        var reply = outcome.Kind switch
        {
            AuthOutcomeKind.Defer => AuthReplies.NotNow(outcome.User),
            AuthOutcomeKind.BadBase64 => AuthReplies.BadBase64,
            AuthOutcomeKind.Cancelled => AuthReplies.Cancelled,
            AuthOutcomeKind.Unexpected => AuthReplies.Unexpected,
            AuthOutcomeKind.TooLong => AuthReplies.TooLong,
            _ => AuthReplies.Wrong,
        };
        AuthLog.Failed(session, authenticator.Name, outcome, reply, name);
        return reply;
    }

    /// <summary>The failure of somebody, not of the exchange.</summary>
    public static bool IsOfUser(AuthOutcomeKind kind) => kind is AuthOutcomeKind.Fail or AuthOutcomeKind.Defer or AuthOutcomeKind.Lost;

    /// <summary>server_debug_print goes where Exim's -d would show it: the trace of a dry run.</summary>
    void DebugPrint()
    {
        if (authenticator.DebugPrint is not { } template || session.Context.Trace is not { } trace) return;
        var text = AuthConditions.Quietly(template, session.Context);
        trace.Add("authenticator", template.At, authenticator.Name, text.IsOk ? text.Text : $"server_debug_print failed: {text.Error}");
    }
}
