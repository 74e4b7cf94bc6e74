using ScriptMta.Acl;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>helo_verify_hosts and helo_try_verify_hosts: whether the name that HELO gives is the host's; helo_lookup_domains: who says it is us is looked up (Exim 14).</summary>
static class HelloVerification
{
    /// <summary>The refusal, logged, or null when the command may go on.</summary>
    public static async ValueTask<Reply?> CheckAsync(SmtpSession session, string verb, CancellationToken cancel)
    {
        var (limits, peer) = (session.Rules.Options.Limits, session.Context.Connection);
        peer.HeloVerified = false;
        if (peer.HostAddress.Length == 0) return null;
        if (peer.HostName.Length == 0 && limits.HeloLookupDomains?.MatchDomain(peer.HeloName, session.Context).Match.IsYes == true)
            await HostNames.NoteAsync(session.Context, cancel).ConfigureAwait(false);
        var must = session.PeerIsIn(limits.HeloVerifyHosts);
        if (!must && !session.PeerIsIn(limits.HeloTryVerifyHosts)) return null;
        var answer = await HostVerification.HeloAsync(session.Context, cancel).ConfigureAwait(false);
        return answer.Kind == AclResultKind.Ok || !must ? null : Refusal(session, verb, answer.Kind == AclResultKind.Defer);
    }

    /// <summary>MAIL may come without HELO: hosts_require_helo does not hold the host, nor does helo_verify_hosts.</summary>
    public static bool IsOptional(SmtpSession session)
    {
        var limits = session.Rules.Options.Limits;
        return limits.RequireHelo is not null && !session.PeerIsIn(limits.RequireHelo) && !session.PeerIsIn(limits.HeloVerifyHosts);
    }

    static Reply Refusal(SmtpSession session, string verb, bool now)
    {
        session.Log.Refused($"{(now ? "temporarily " : "")}rejected \"{verb} {session.Context.Connection.HeloName}\" from {session.Log.Host}");
        return now ? Replies.HeloMismatchNow(verb) : Replies.HeloMismatch(verb);
    }
}
