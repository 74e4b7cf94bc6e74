using ScriptMta.Logging;

namespace ScriptMta.Reception;

/// <summary>The log lines of a session, in Exim's words; what log_selector turns off is not built.</summary>
sealed class SessionLog(SmtpSession session)
{
    MailLog Log => session.Rules.Environment.Log;
    string FullHost => Peer.FullHost.Length > 0 ? Peer.FullHost : Peer.Ident.Length > 0 ? $"local user {Peer.Ident}" : "local process";
    string LastLine => MailLog.Escape(session.LastLine);
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
        // Some mailers never say QUIT: only in a transaction it means something.
        if (!Log.Options.Has("lost_incoming_connection") || (!inData && session.State is SessionState.Connected or SessionState.Greeted)) return;
        Log.Main(null, inData ? $"SMTP connection from {FullHost} lost while reading message data" : $"unexpected disconnection while reading SMTP command from {FullHost} D={Duration}");
    }

    readonly long _began = session.Rules.Environment.Clock.GetTimestamp();

    /// <summary>As Exim prints times: whole seconds, or with milliseconds where the log has them and it was short.</summary>
    string Duration
    {
        get
        {
            var time = session.Rules.Environment.Clock.GetElapsedTime(_began);
            return Log.Options.Millisecond && time < ShownWithMilliseconds ? $"{time.Seconds}.{time.Milliseconds:000}s" : Language.OptionValues.FormatTime(time);
        }
    }

    static readonly TimeSpan ShownWithMilliseconds = TimeSpan.FromSeconds(5);

    public void TimedOut(bool inData)
    {
        if (!Log.Options.Has("lost_incoming_connection")) return;
        Log.Main(null, inData ? $"SMTP data timeout (message abandoned) on connection from {FullHost} F=<{session.Transaction.Sender}>" : $"SMTP command timeout on connection from {FullHost}");
    }

    public void Stopped() => Log.Main(null, $"SMTP connection from {FullHost} closed after SIGTERM");

    public void Unqualified(string what, string address)
    {
        if (Log.Options.Has("smtp_syntax_error")) Both($"unqualified {what} rejected: {address} {HostAndIdent}");
    }

    public void SyntaxError(string what)
    {
        if (Log.Options.Has("smtp_syntax_error")) Log.Main(null, $"SMTP syntax error in \"{LastLine}\" {HostAndIdent} {what}");
    }

    public void ProtocolError(string what)
    {
        if (Log.Options.Has("smtp_protocol_error")) Log.Main(null, $"SMTP protocol error in \"{LastLine}\" {HostAndIdent} {what}");
    }

    public void OutOfSync() => Both($"SMTP protocol synchronization error (next input sent too soon: pipelining was{((session.Offered & Extensions.Pipelining) != 0 ? "" : " not")} advertised): rejected \"{LastLine}\" {HostAndIdent} next input=\"{MailLog.Escape(session.NextInput)}\"");

    public void TooEarly() => Both($"SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from {FullHost}");

    public void Dropped(string why, string last, bool withHistory)
    {
        last = MailLog.Escape(last);
        var history = withHistory ? $",  C={string.Join(',', Peer.CommandHistory)}" : "";
        Both($"SMTP call from {FullHost} dropped: {why} (last {(withHistory ? "command " : "")}was \"{last}\"{history})");
    }

    public void Refused(string text) => Both(text);

    public void Reject(Mail.MessageId? id, string text, IReadOnlyList<LogFile>? files = null) => Log.Write(files ?? Rejections, id, text);

    static readonly IReadOnlyList<LogFile> Rejections = [LogFile.Main, LogFile.Reject];

    void Both(string text) => Reject(null, text);
}
