using System.Net;
using ScriptMta.Network;

namespace ScriptMta.Reception;

/// <summary>Asks hosts of rfc1413_hosts who has made the connection; off unless rfc1413_query_timeout is set.</summary>
static class PeerIdent
{
    public static async ValueTask AskAsync(SmtpSession session, CancellationToken cancel)
    {
        var (limits, peer, log) = (session.Rules.Options.Limits, session.Context.Connection, session.Rules.Environment.Log);
        if (limits.IdentTimeout <= TimeSpan.Zero || session.Connection.Remote is not { } remote || session.Connection.Local is not { } local) return;
        if (limits.IdentHosts is { } hosts && !hosts.MatchHost(peer.HostAddress, session.Context).Match.IsYes) return;
        switch (await new IdentQuery(limits.IdentPort, session.Rules.Environment.Clock).AskAsync(remote, local, limits.IdentTimeout, cancel).ConfigureAwait(false))
        {
            case IdentAnswer.User user: peer.Ident = user.Id; break;
            case IdentAnswer.TimedOut when log.Options.Has("ident_timeout"): log.Main(null, $"ident connection to {remote.Address} timed out"); break;
        }
    }
}
