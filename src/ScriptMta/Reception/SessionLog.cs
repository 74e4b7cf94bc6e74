using ScriptMta.Logging;

namespace ScriptMta.Reception;

/// <summary>The log lines of a session, in Exim's words; what log_selector turns off is not built. Those of the connection as such are in <see cref="ConnectionLog"/>.</summary>
sealed class SessionLog(SmtpSession session)
{
    static readonly IReadOnlyList<LogFile> Rejections = [LogFile.Main, LogFile.Reject];

    MailLog Log => session.Rules.Environment.Log;
    string LastLine => MailLog.Escape(AuthLog.Masked(session.LastLine));
    Expansion.ConnectionFacts Peer => session.Context.Connection;

    /// <summary>"H=host" or "U=user", perhaps with port, interface and ident.</summary>
    public string HostAndIdent => ReceptionLog.HostAndIdent(session.Context, Log.Options);

    /// <summary>The same without its tag.</summary>
    public string Host => ReceptionLog.Host(session.Context, Log.Options);

    public void Unqualified(string what, string address)
    {
        if (Log.Options.Has("smtp_syntax_error")) Both($"unqualified {what} rejected: {address} {HostAndIdent}");
    }

    public void SyntaxError(string what)
    {
        if (Log.Options.Has("smtp_syntax_error")) Log.Main(null, facts: Facts("syntax_error"), text: $"SMTP syntax error in \"{LastLine}\" {HostAndIdent} {what}");
    }

    public void ProtocolError(string what)
    {
        if (Log.Options.Has("smtp_protocol_error")) Log.Main(session.Transaction.Chunks is { Intake.HasBody: true } chunks ? chunks.Intake.Id : null, $"SMTP protocol error in \"{LastLine}\" {HostAndIdent} {what}", Facts("protocol_error"));
    }

    public void Etrn(string argument)
    {
        if (Log.Options.Has("etrn")) Log.Main(null, $"ETRN {argument} received from {Host}");
    }

    public void EtrnFailed(string why)
    {
        Log.Write([LogFile.Main, LogFile.Panic], null, $"failed to set up ETRN command: {why}");
    }

    public void OutOfSync() => Both($"SMTP protocol synchronization error (next input sent too soon: pipelining was{((session.Offered & Extensions.Pipelining) != 0 ? "" : " not")} advertised): rejected \"{LastLine}\" {HostAndIdent} next input=\"{(AuthLog.IsAuth(session.LastLine) ? AuthLog.Hidden : MailLog.Escape(session.NextInput))}\"");

    public void TooEarly(string input) => Both($"SMTP protocol synchronization error (input sent without waiting for greeting): rejected connection from {HostAndIdent} input=\"{MailLog.Escape(input)}\"");

    public void Dropped(string why, string last, bool withHistory) =>
        Both($"SMTP call from {Host} dropped: {why} (last {(withHistory ? "command " : "")}was \"{MailLog.Escape(AuthLog.Masked(last))}\"{(withHistory ? ", " + History() : "")})");

    /// <summary>MAIL without RSET, DATA or QUIT before the end: what became of the transaction (smtp_incomplete_transaction).</summary>
    public void Incomplete(string what)
    {
        if (session.Context.Message.Sender is not { } sender || session.State < SessionState.HasSender || !Log.Options.Has("smtp_incomplete_transaction")) return;
        var recipients = session.Transaction.Recipients;
        var list = recipients.Count == 0 ? "" : " for " + string.Join(' ', recipients.Select(r => r.Address));
        Log.Main(null, facts: Facts("incomplete_transaction"), text: $"{HostAndIdent} incomplete transaction ({what}) from <{sender}>{list}");
    }

    public void Refused(string text) => Both(text);

    public void Reject(Mail.MessageId? id, string text, IReadOnlyList<LogFile>? files = null, LogFacts? facts = null) =>
        Log.Write(files ?? Rejections, id, text, facts ?? Facts("rejection"), RejectedHeader.Of(session.Context));

    /// <summary>" C=EHLO,MAIL": the commands of the session; empty when there were none. Exim keeps the space in front.</summary>
    public string History()
    {
        var history = Peer.CommandHistory;
        return history.Count == 0 ? "" : $" C={(session.Limits.HistoryIsCut ? "...," : "")}{string.Join(',', history)}";
    }

    LogFacts? Facts(string what) => ReceptionFacts.Of(session.Context, what);

    void Both(string text) => Reject(null, text);
}
