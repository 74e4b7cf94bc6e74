using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>smtp_accept_max, smtp_accept_reserve with smtp_reserve_hosts, and smtp_accept_max_per_host (Exim 14).</summary>
static class ConnectionLimits
{
    /// <summary>The refusal for a connection that is one too many, logged; null when it may stay. Counts include it.</summary>
    public static Reply? Refuse(SmtpSession session, int all, int ofHost)
    {
        var options = session.Rules.Options;
        var host = session.Context.Connection.FullHost;
        if (options.AcceptMax > 0 && all > options.AcceptMax) return Log(session, $"Connection from {host} refused: too many connections", Replies.TooManyConnections);
        var open = options.AcceptMax - options.AcceptReserve;
        if (options.AcceptMax > 0 && options.AcceptReserve > 0 && all > open && !IsReserved(session))
            return Log(session, $"Connection from {host} refused: not in reserve list: connected={all} max={options.AcceptMax} reserve={options.AcceptReserve}", Replies.TooManyConnections);
        var perHost = options.AcceptMaxPerHost.Get(session.Context);
        return perHost > 0 && ofHost > perHost ? Log(session, $"Connection from {host} refused: too many connections from that IP address", Replies.TooManyFromHost) : null;
    }

    static bool IsReserved(SmtpSession session) =>
        session.Rules.Options.ReserveHosts is { } hosts && hosts.MatchHost(session.Context.Connection.HostAddress, session.Context).Match.IsYes;

    static Reply Log(SmtpSession session, string line, Reply reply)
    {
        var log = session.Rules.Environment.Log;
        if (log.Options.Has("connection_reject")) log.Main(null, line);
        return reply;
    }
}
