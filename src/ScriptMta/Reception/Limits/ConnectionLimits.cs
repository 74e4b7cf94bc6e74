using System.Globalization;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>smtp_accept_max, smtp_accept_reserve with smtp_reserve_hosts, smtp_load_reserve and smtp_accept_max_per_host (Exim 14). What needs no look-up is asked first, before the connection costs anything.</summary>
static class ConnectionLimits
{
    /// <summary>The refusal for a connection that is one too many, logged; null when it may go on. OfHost includes it.</summary>
    public static Reply? Refuse(SmtpSession session, int ofHost)
    {
        var (options, all) = (session.Rules.Options, session.ConnectionCount);
        if (options.AcceptMax > 0 && all > options.AcceptMax) return Refused(session, "refused: too many connections", Replies.TooManyConnections);
        if (options.ReserveHosts is null && OverLoad(session) is { } load) return Refused(session, $"refused: load average = {load}", Replies.TooLoaded);
        var perHost = options.AcceptMaxPerHost.Get(session.Context);
        return perHost > 0 && ofHost > perHost ? Refused(session, "refused: too many connections from that IP address", Replies.TooManyFromHost) : null;
    }

    /// <summary>The refusal when only hosts of the reserve list may have the places that are left; asked once the host's name is known.</summary>
    public static Reply? RefuseUnreserved(SmtpSession session)
    {
        var (options, all) = (session.Rules.Options, session.ConnectionCount);
        var full = options.AcceptMax > 0 && all > options.AcceptMax - options.AcceptReserve;
        if (full && !IsReserved(session, out var deferred))
            return Unreserved(session, $"connected={all - 1} max={options.AcceptMax} reserve={options.AcceptReserve}{(deferred ? " (lookup deferred)" : "")}", ": ", Replies.TooManyReserved(session.Hostname));
        if (OverLoad(session) is { } load && !IsReserved(session, out _)) return Unreserved(session, "load average = " + load, " and ", Replies.TooMuchLoad(session.Hostname));
        return null;
    }

    /// <summary>The load where it is over the limit.</summary>
    static string? OverLoad(SmtpSession session)
    {
        if (session.Rules.Options.Limits.LoadReserve is not (>= 0 and var limit)) return null;
        var load = session.Services.Machine.Load();
        return load > limit ? (load / 1000.0).ToString("F2", CultureInfo.InvariantCulture) : null;
    }

    static bool IsReserved(SmtpSession session, out bool deferred)
    {
        deferred = false;
        if (session.Rules.Options.ReserveHosts is not { } hosts) return false;
        var match = hosts.MatchHost(session.Context.Connection.HostAddress, session.Context).Match;
        deferred = match.IsDefer;
        return match.IsYes;
    }

    static Reply Unreserved(SmtpSession session, string why, string joint, Reply reply) => Log(session, $"temporarily refused connection from {session.Log.Host}: not in reserve list{joint}{why}", reply);

    static Reply Refused(SmtpSession session, string why, Reply reply) =>
        Log(session, $"Connection from {ReceptionLog.FullHost(session.Context.Connection, session.Rules.Environment.Log.Options)} {why}", reply);

    static Reply Log(SmtpSession session, string line, Reply reply)
    {
        var log = session.Rules.Environment.Log;
        if (log.Options.Has("connection_reject")) log.Main(null, line);
        return reply;
    }
}
