using System.Buffers;
using System.Text;
using ScriptMta.Acl;
using ScriptMta.Expansion;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>HELO and EHLO (RFC 5321 4.1.1.1), and LHLO (RFC 2033 4.1): the name is checked (helo_allow_chars, helo_accept_junk_hosts), the ACL asked, and extensions told.</summary>
static class HelloCommand
{
    static readonly SearchValues<char> NameCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");

    public static ValueTask<SessionStep> Helo(SmtpSession session, string argument, CancellationToken cancel) => RunAsync(session, "HELO", argument, cancel);

    public static ValueTask<SessionStep> Ehlo(SmtpSession session, string argument, CancellationToken cancel) => RunAsync(session, "EHLO", argument, cancel);

    public static ValueTask<SessionStep> Lhlo(SmtpSession session, string argument, CancellationToken cancel) => RunAsync(session, "LHLO", argument, cancel);

    static async ValueTask<SessionStep> RunAsync(SmtpSession session, string verb, string argument, CancellationToken cancel)
    {
        if (!IsName(session, argument))
        {
            var given = argument.Length == 0 ? "(no argument given)" : argument;
            session.Log.Refused($"rejected {verb} from {session.Log.Host}: syntactically invalid argument(s): {Logging.MailLog.Escape(given)}");
            return session.Limits.BadHello(Replies.BadHelo(verb));
        }
        // A name that is refused changes nothing (RFC 5321 4.1.4), not even a transaction.
        var peer = session.Context.Connection;
        peer.HeloName = argument;
        if (await HelloVerification.CheckAsync(session, verb, cancel).ConfigureAwait(false) is { } mismatch)
        {
            session.Replies.Write(mismatch);
            return SessionStep.Continue;
        }
        var verdict = await session.RunAclAsync(AclWhere.Helo, cancel).ConfigureAwait(false);
        if (!verdict.IsAccept)
        {
            session.Replies.Write(AclReplies.Refuse(session, AclWhere.Helo, argument, verdict));
            peer.HeloName = "";
            return AclEnd.Of(session, verdict);
        }
        session.ResetTransaction();
        session.State = SessionState.Greeted;
        session.IsEsmtp = verb != "HELO";
        peer.Protocol = SessionProtocol.Of(session);
        Answer(session, verdict);
        return SessionStep.Continue;
    }

    static void Answer(SmtpSession session, AclVerdict verdict)
    {
        var peer = session.Context.Connection;
        var name = peer.HostName.Length > 0 ? peer.HostName : peer.HeloName;
        var usual = Replies.Hello($"{session.Hostname} Hello {(peer.Ident.Length > 0 ? peer.Ident + " at " : "")}{name}{(peer.HostAddress.Length > 0 ? $" [{peer.HostAddress}]" : "")}");
        var reply = AclReplies.Accept(session, verdict, usual);
        if (reply.Text.Contains('\n')) reply = Shortened(session, reply);
        var text = new StringBuilder(reply.Enhanced.Length > 0 ? $"{reply.Enhanced} {reply.Text}" : reply.Text);
        session.Offered = Extensions.None;
        if (session.IsEsmtp) ExtensionTable.Offer(session, text);
        session.Replies.Write(reply with { Text = text.ToString(), Enhanced = "" });
        session.Replies.Enhanced = session.IsEsmtp;
    }

    /// <summary>The lines after the first are the extensions' (Exim 44.21).</summary>
    static Reply Shortened(SmtpSession session, Reply reply)
    {
        session.Rules.Environment.Log.Panic(null, $"EHLO/HELO response must not contain newlines: message truncated: {reply.Code} {(reply.Enhanced.Length > 0 ? reply.Enhanced + " " : "")}{reply.Text}");
        return reply with { Text = reply.Text.Split('\n')[0] };
    }

    static bool IsName(SmtpSession session, string text)
    {
        if (text.Length == 0) return AcceptsJunk(session);
        if (text[0] == '[') return IsLiteral(text) || AcceptsJunk(session);
        var rest = text.AsSpan();
        while (rest.IndexOfAnyExcept(NameCharacters) is var at && at >= 0)
        {
            if (!session.Rules.Options.HeloAllowChars.Contains(rest[at])) return AcceptsJunk(session);
            rest = rest[(at + 1)..];
        }
        return true;
    }

    /// <summary>RFC 5321 4.1.3: [1.2.3.4] or [IPv6:…]; the prefix may be missing, as Exim lets it.</summary>
    static bool IsLiteral(string text)
    {
        if (text[^1] != ']') return false;
        var inner = text[1..^1];
        if (inner.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase)) inner = inner[5..];
        return IpNetwork.TryAddress(inner, out _);
    }

    static bool AcceptsJunk(SmtpSession session) =>
        session.PeerIsIn(session.Rules.Options.HeloAcceptJunkHosts);
}
