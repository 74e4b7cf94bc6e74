namespace ScriptMta.Smtp;

/// <summary>How far a conversation has come; decides which retry error a failure is (Exim chapter 32.5). Verdict is a reply about one recipient after the content.</summary>
enum SmtpStep { Connect, Banner, Helo, Mail, Rcpt, Data, EndOfData, Verdict }

/// <summary>TlsFailed: no handshake; TlsRequired: none could be begun; LoginRequired and LoginFailed: AUTH came to nothing, by the server's word or by our own fault; Proxy: what stands between us and the server; NotCalled: a policy forbids it.</summary>
enum TroubleKind { Refused, ConnectTimeout, Unreachable, Timeout, Lost, Malformed, InputOutput, TlsFailed, TlsRequired, LoginRequired, LoginFailed, Proxy, NotCalled }

/// <summary>A conversation that could not go on. Text has Exim's words, without the host; Errno is what Exim logs as "defer (n)".</summary>
sealed record PeerTrouble(TroubleKind Kind, SmtpStep Step, string Text, int Errno)
{
    /// <summary>There is no point in waiting.</summary>
    public bool IsFinal { get; init; }
    /// <summary>What was said last, and what came in answer to it where that was no reply: for those who have words of their own.</summary>
    public string Command { get; init; } = "";
    public string Detail { get; init; } = "";
}

/// <summary>A broken connection. Leaves the client only as a <see cref="PeerTrouble"/>.</summary>
sealed class PeerException(TroubleKind kind, string detail, int errno = 0) : IOException(detail)
{
    public TroubleKind Kind { get; } = kind;
    public int Errno { get; } = errno;

    /// <summary>What happened, said about the step in Exim's words.</summary>
    public PeerTrouble After(SmtpStep step, string command) => Kind switch
    {
        TroubleKind.Timeout => new(Kind, step, $"SMTP timeout after {command}", Errnos.TimedOut) { Command = command },
        TroubleKind.Lost => new(Kind, step, $"Remote host closed connection in response to {command}", Errnos.Closed) { Command = command },
        TroubleKind.Malformed => new(Kind, step, $"Malformed SMTP reply in response to {command}: {Message}", Errnos.Malformed) { Command = command, Detail = Message },
        _ => new(Kind, step, Message, Errno),
    };
}

/// <summary>Error numbers as Exim's log shows them: the system's own, and Exim's negative ones.</summary>
static class Errnos
{
    public const int TimedOut = 110, Refused = 111, Closed = -18, Malformed = -19, TlsFailed = -37, TlsRequired = -38, LoginRequired = -42, Proxy = -47, LoginFailed = -48, Rcpt4xx = -44, Mail4xx = -45, Data4xx = -46;
}
