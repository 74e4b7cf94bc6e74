using ScriptMta.Logging;

namespace ScriptMta.Reception;

/// <summary>The log lines about a connection as such: that it came, how it ended, and what it was for (Exim 53.15: smtp_connection, smtp_no_mail, lost_incoming_connection).</summary>
sealed class ConnectionLog(SmtpSession session)
{
    bool _hasLeft;

    MailLog Log => session.Rules.Environment.Log;
    Expansion.ConnectionFacts Peer => session.Context.Connection;
    string Host => session.Log.Host;
    string Duration => ElapsedText.Of(session.Rules.Environment.Clock.GetElapsedTime(session.StartedAt), Log.Options);

    /// <summary>hosts_connection_nolog holds the host: neither its coming nor its going is told.</summary>
    public bool IsQuiet { get; set; }

    bool Tells => !IsQuiet && Log.Options.Has("smtp_connection");
    string Connection => $"SMTP connection from {WithInterface}";

    string WithInterface =>
        Peer.HostAddress.Length == 0 ? Host : ReceptionLog.FullHost(Peer, Log.Options) + ReceptionLog.Interface(Peer, Log.Options);

    void Tell(string text) => Log.Main(null, text, ReceptionFacts.Of(session.Context, "connection"));

    public void Connected(int count)
    {
        if (Tells) Tell($"{Connection} (TCP/IP connection count = {count})");
    }

    public void LocallyConnected()
    {
        if (Tells) Tell(Connection);
    }

    public void Closed() => Closed("by QUIT");

    public void Closed(string how)
    {
        if (Tells) Tell($"{Connection} closed {how}");
    }

    /// <summary>The connection broke while we sent.</summary>
    public void Broken(string why)
    {
        if (session.State < SessionState.HasSender) Left();
        else if (Log.Options.Has("lost_incoming_connection")) Tell($"{Connection} lost: {why}");
    }

    public void Disconnected(bool inData)
    {
        if (inData)
        {
            if (Log.Options.Has("lost_incoming_connection")) Tell($"{Connection} lost while reading message data{session.Intake?.WhereCut}");
            return;
        }
        session.Log.Incomplete("connection lost");
        session.LogLast = Left;
    }

    /// <summary>Many clients just go away; that is told only where a message was begun.</summary>
    void Left()
    {
        if (_hasLeft) return;
        _hasLeft = true;
        if (session.State < SessionState.HasSender)
        {
            if (Tells) Tell($"{Connection} lost D={Duration}");
        }
        else if (Log.Options.Has("lost_incoming_connection")) Tell($"unexpected {(session.IsLocal ? "EOF" : "disconnection")} while reading SMTP command from {Host} D={Duration}");
    }

    public void TimedOut(bool inData)
    {
        if (!inData) session.Log.Incomplete("command timeout");
        if (!Log.Options.Has("lost_incoming_connection")) return;
        Tell(inData ? $"SMTP data timeout (message abandoned) on connection from {ReceptionLog.FullHost(Peer, Log.Options)} F=<{session.Transaction.Sender}>" : $"SMTP command timeout on connection from {Host}");
    }

    public void Stopped()
    {
        session.Log.Incomplete("SIGTERM");
        Tell($"{Connection} closed after SIGTERM");
    }

    /// <summary>The session is over and there was no MAIL (smtp_no_mail).</summary>
    public void WithoutMail()
    {
        if (session.MailCommands > 0 || IsQuiet || !Log.Options.Has("smtp_no_mail")) return;
        Tell($"no MAIL in SMTP connection from {Host} D={Duration}{TlsLog.Fields(Peer, Log.Options)}{AuthLog.Field(Peer, "", Log.Options)}{session.Log.History()}");
    }
}
