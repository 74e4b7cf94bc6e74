using ScriptMta.Authentication;

namespace ScriptMta.Reception;

/// <summary>driver = tls (Exim chapter 42): right after the handshake, without a command. Most clients have no certificate, so that a "no" is no failure that anybody is told of.</summary>
static class TlsAuthentication
{
    public static async ValueTask RunAsync(SmtpSession session, CancellationToken cancel)
    {
        if (!session.Connection.IsEncrypted || session.Rules.Options.Auth.Authenticators.FirstOrDefault(a => a.IsTls) is not { } authenticator) return;
        var exchange = new AuthExchange(session.Context) { Ask = static (_, _) => new(AuthAnswer.Ended(AuthOutcomeKind.Fail)) };
        try
        {
            var outcome = await authenticator.Mechanism(exchange, cancel).ConfigureAwait(false);
            if (outcome.Kind == AuthOutcomeKind.Fail) return;
            new AuthAttempt(session, authenticator).End(outcome);
            if (!outcome.IsOk) session.Context.Variables.Remove("authenticated_fail_id");
        }
        finally { exchange.Forget(); }
    }
}
