using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>Counts what a well-behaved client does not do, and ends the session when it is too much (Exim 14: smtp_max_…, smtp_accept_max_nonmail).</summary>
sealed class SessionLimits(SmtpSession session)
{
    /// <summary>$smtp_command_history keeps so many.</summary>
    const int HistoryLength = 20;

    int _synprotErrors;
    int _unknown;
    int _nonmail;
    bool _isRefusedMail;
    bool _followsRefusedMail;
    bool _freeHello = true;
    bool _freeAuth = true;
    bool _freeReset = true;
    bool _freeStartTls = true;

    ReceptionOptions Options => session.Rules.Options;

    /// <summary>There were more commands than the history keeps.</summary>
    public bool HistoryIsCut { get; private set; }

    public void Note(CommandRow row)
    {
        var history = session.Context.Connection.CommandHistory;
        if (history.Count == HistoryLength)
        {
            HistoryIsCut = true;
            history.RemoveAt(0);
        }
        history.Add(row.Name);
        (_followsRefusedMail, _isRefusedMail) = (_isRefusedMail, row.Verb == "MAIL FROM:");
        if (_isRefusedMail) session.MailCommands++;
    }

    /// <summary>MAIL is refused until it is accepted.</summary>
    public void MailAccepted() => _isRefusedMail = false;

    /// <summary>A message was answered: one RSET, HELO, AUTH and STARTTLS are free again.</summary>
    public void NewMessage() => _freeReset = _freeHello = _freeAuth = _freeStartTls = true;

    /// <summary>STARTTLS succeeded: the client has to say EHLO again.</summary>
    public void NewHello() => _freeHello = _freeAuth = true;

    public SessionStep Unrecognized()
    {
        session.Log.SyntaxError(Replies.Unrecognized.Text);
        if (_unknown++ >= Options.MaxUnknownCommands)
        {
            var last = session.LastLine;
            session.LogLast = () => session.Log.Dropped("too many unrecognized commands", last, withHistory: false);
            return End(Replies.TooManyUnrecognized, "bad-commands");
        }
        return CountError(Replies.Unrecognized);
    }

    public SessionStep SyntaxError(Reply reply)
    {
        session.Log.SyntaxError(AfterArgument(reply.Text));
        return CountError(reply);
    }

    public SessionStep WrongPlace(CommandRow row)
    {
        var reply = row.Elsewhere!(session);
        if (reply == Replies.HeloRequired || reply == Replies.LhloRequired)
        {
            session.Log.Refused($"rejected {row.Name} from {session.Log.Host}: no HELO/EHLO given");
            session.Replies.Write(reply);
            return SessionStep.Continue;
        }
        if (row.Verb == "RCPT TO:" && _followsRefusedMail && (session.Offered & Extensions.Pipelining) != 0)
        {
            // A client that may pipeline has sent its RCPT commands before it could know.
            _isRefusedMail = true;
            return Plain(reply);
        }
        return row.Verb == "DATA" ? NoRecipients(reply) : ProtocolError(reply);
    }

    /// <summary>An error of the client's only where it could have known.</summary>
    public SessionStep NoRecipients(Reply reply)
    {
        var reason = reply.Text[(reply.Text.LastIndexOf('\n') + 1)..];
        if (reason[0] == 'V') return Plain(reply);
        return ProtocolError(reply);
    }

    /// <summary>A HELO that is none: logged already, and nothing is added to the reply when it is the last.</summary>
    public SessionStep BadHello(Reply reply)
    {
        session.Replies.Write(reply);
        if (_synprotErrors++ < Options.MaxSynprotErrors) return SessionStep.Continue;
        session.Log.Dropped("too many syntax or protocol errors", session.LastLine, withHistory: true);
        session.SkipsNotQuitAcl = true;
        return SessionStep.Close;
    }

    public SessionStep ProtocolError(Reply reply)
    {
        session.Log.ProtocolError(reply.Text.Split('\n')[^1]);
        return CountError(reply);
    }

    public SessionStep OutOfSync()
    {
        session.Log.OutOfSync();
        return End(Replies.NotPipelined, "synchronization-error");
    }

    /// <summary>MAIL, RCPT, DATA and QUIT never get here; one HELO or EHLO, one AUTH, one STARTTLS, and one RSET between messages, are free.</summary>
    public bool TooManyNonmail(CommandRow row)
    {
        if (row.Name is "HELO" or "EHLO" or "LHLO" && _freeHello) { _freeHello = false; return false; }
        if (row.Name == "AUTH" && _freeAuth) { _freeAuth = false; return false; }
        if (row.Name == "RSET" && _freeReset) { _freeReset = false; return false; }
        if (row.Name == "STARTTLS" && _freeStartTls) { _freeStartTls = false; return false; }
        if (Options.NonmailHosts is { } hosts && !session.PeerIsIn(hosts)) return false;
        if (session.IsLocal || _nonmail++ < Options.AcceptMaxNonmail) return false;
        session.Log.Dropped("too many nonmail commands", session.LastLine[..row.Verb.Length], withHistory: false);
        End(Replies.TooManyNonmail, "bad-commands");
        return true;
    }

    SessionStep Plain(Reply reply)
    {
        session.Replies.Write(reply);
        return SessionStep.Continue;
    }

    SessionStep CountError(Reply reply)
    {
        if (_synprotErrors++ < Options.MaxSynprotErrors) return Plain(reply);
        session.Log.Dropped("too many syntax or protocol errors", session.LastLine, withHistory: true);
        session.SkipsNotQuitAcl = true;
        return End(reply with { Text = reply.Text + "\n" + Replies.TooManySyntaxErrors.Text }, "bad-commands");
    }

    public SessionStep End(Reply reply, string reason)
    {
        session.Replies.Write(reply);
        session.EndReason = reason;
        return SessionStep.Close;
    }

    /// <summary>Address errors repeat the argument, or what is left of it without its parameters, for the client; the log has the line already.</summary>
    string AfterArgument(string text)
    {
        var argument = session.Context.Connection.SmtpCommandArgument;
        var start = 0;
        for (var at = text.IndexOf(": ", StringComparison.Ordinal); at > 0 && at <= argument.Length; at = text.IndexOf(": ", at + 1, StringComparison.Ordinal))
            if (argument.StartsWith(text[..at], StringComparison.Ordinal)) start = at + 2;
        return text[start..];
    }
}
