using ScriptMta.Logging;

namespace ScriptMta.Reception;

/// <summary>The log lines of a session, in Exim's words; what log_selector turns off is not built.</summary>
sealed class SessionLog(SmtpSession session)
{
    MailLog Log => session.Rules.Environment.Log;
    string FullHost => Peer.FullHost.Length > 0 ? Peer.FullHost : Peer.Ident.Length > 0 ? $"local user {Peer.Ident}" : "local process";
    Expansion.ConnectionFacts Peer => session.Context.Connection;

    /// <summary>"H=host" or "U=user", perhaps with the interface.</summary>
    public string HostAndIdent => ReceptionLog.HostAndIdent(session.Context, Log.Options);

    public void Connected(int count)
    {
        if (Log.Options.Has("smtp_connection")) Log.Main(null, $"SMTP connection from {FullHost} (TCP/IP connection count = {count})");
    }

    public void Closed()
    {
        if (Log.Options.Has("smtp_connection")) Log.Main(null, $"SMTP connection from {FullHost} closed by QUIT");
    }

    public void Lost(string why)
    {
        if (Log.Options.Has("lost_incoming_connection")) Log.Main(null, $"SMTP connection from {FullHost} lost: {why}");
    }

    public void Disconnected(bool inData)
    {
        if (!Log.Options.Has("lost_incoming_connection")) return;
        Log.Main(null, inData ? $"SMTP connection from {FullHost} lost while reading message data" : $"unexpected disconnection while reading SMTP command from {FullHost}");
    }

    public void TimedOut(bool inData)
    {
        if (!Log.Options.Has("lost_incoming_connection")) return;
        Log.Main(null, inData ? $"SMTP data timeout (message abandoned) on connection from {FullHost} F=<{session.Transaction.Sender}>" : $"SMTP command timeout on connection from {FullHost}");
    }

    public void Stopped() => Log.Main(null, $"SMTP connection from {FullHost} closed after SIGTERM");

    public void SyntaxError(string what)
    {
        if (Log.Options.Has("smtp_syntax_error")) Log.Main(null, $"SMTP syntax error in \"{session.LastLine}\" {HostAndIdent} {what}");
    }

    public void ProtocolError(string what)
    {
        if (Log.Options.Has("smtp_protocol_error")) Log.Main(null, $"SMTP protocol error in \"{session.LastLine}\" {HostAndIdent} {what}");
    }

    public void OutOfSync() => Both($"SMTP protocol synchronization error (next input sent too soon: pipelining was{((session.Offered & Extensions.Pipelining) != 0 ? "" : " not")} advertised): rejected \"{session.LastLine}\" {HostAndIdent} next input=\"{session.NextInput}\"");

    public void TooEarly() => Both($"SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from {FullHost}");

    public void Dropped(string why, bool withHistory)
    {
        var last = session.LastLine;
        var history = withHistory ? $", C={string.Join(',', Peer.CommandHistory)}" : "";
        Both($"SMTP call from {FullHost} dropped: {why} (last {(withHistory ? "command " : "")}was \"{last}\"{history})");
    }

    public void Refused(string text) => Both(text);

    public void Reject(Mail.MessageId? id, string text, IReadOnlyList<LogFile>? files = null)
    {
        foreach (var file in files ?? Rejections) Log.Write(file, id, text);
    }

    static readonly IReadOnlyList<LogFile> Rejections = [LogFile.Main, LogFile.Reject];

    void Both(string text) => Reject(null, text);
}
