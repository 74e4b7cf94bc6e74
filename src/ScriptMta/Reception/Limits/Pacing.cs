namespace ScriptMta.Reception;

/// <summary>Makes clients of smtp_ratelimit_hosts wait before MAIL and RCPT are answered; no thread is held.</summary>
static class Pacing
{
    public static ValueTask BeforeMailAsync(SmtpSession session, CancellationToken cancel) =>
        WaitAsync(session, session.Rules.Options.Limits.MailSlowDown, session.MailCommands, cancel);

    public static ValueTask BeforeRcptAsync(SmtpSession session, CancellationToken cancel) =>
        WaitAsync(session, session.Rules.Options.Limits.RcptSlowDown, session.Context.Message.RcptCount, cancel);

    static ValueTask WaitAsync(SmtpSession session, SlowDown? slowDown, int count, CancellationToken cancel)
    {
        if (slowDown?.DelayOf(count) is not { } delay || delay <= TimeSpan.Zero || session.Context.DryRun) return default;
        if (!session.PeerIsIn(session.Rules.Options.Limits.RateLimitHosts)) return default;
        return new(Task.Delay(delay, session.Rules.Environment.Clock, cancel));
    }
}
