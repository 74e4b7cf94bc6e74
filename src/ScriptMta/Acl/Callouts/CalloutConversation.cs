using ScriptMta.Smtp;

namespace ScriptMta.Acl;

/// <summary>The answer to one command of a callout: the host's reply, or why there is none (Log says it in Exim's words).</summary>
readonly record struct CalloutAnswer(string Command, PeerReply? Reply, string Log)
{
    public bool IsPositive => Reply is { IsPositive: true };
    public bool IsPermanent => Reply is { IsPermanent: true };
}

/// <summary>
/// Command and reply, one at a time: nothing is pipelined, so that each answer decides on the next command. After a command without a reply the connection
/// is of no more use.
/// </summary>
/// <param name="utf8">The transactions are with SMTPUTF8 (RFC 6531); else addresses go out as a-labels, as in Exim.</param>
sealed class CalloutConversation(SmtpPeer peer, TimeSpan limit, bool utf8)
{
    const string NeedsUtf8 = "utf8 support required but not offered for forwarding";

    public SmtpPeer Peer => peer;
    public bool IsBroken { get; private set; }

    public ValueTask<CalloutAnswer> MailAsync(string from, CancellationToken cancel) => AskAsync(from, $"MAIL FROM:<{Sendable(from)}>{(utf8 ? " SMTPUTF8" : "")}", static (command, reply) => Response(command, reply), cancel);

    /// <summary>Recipients after the first of a held connection are reported as MAIL is.</summary>
    public ValueTask<CalloutAnswer> RcptAsync(string to, CancellationToken cancel, bool isLater = false) =>
        AskAsync(to, $"RCPT TO:<{Sendable(to)}>", isLater ? static (command, reply) => Response(command, reply) : static (command, reply) => $"SMTP error from remote mail server after {command}: {Escaped(reply.Text)}", cancel);

    public ValueTask<CalloutAnswer> ResetAsync(CancellationToken cancel) => AskAsync("", "RSET", static (command, reply) => Response(command, reply), cancel);

    string? Sendable(string address) => utf8 ? address : Utf8Envelope.AsciiForm(address);

    async ValueTask<CalloutAnswer> AskAsync(string address, string command, Func<string, PeerReply, string> log, CancellationToken cancel)
    {
        if (Sendable(address) is null) return new(command, null, NeedsUtf8);
        try
        {
            await peer.SendAsync(command, limit, cancel).ConfigureAwait(false);
            var reply = await peer.ReadAsync(limit, cancel).ConfigureAwait(false);
            return new(command, reply, log(command, reply));
        }
        catch (PeerException error)
        {
            IsBroken = true;
            await peer.DisposeAsync().ConfigureAwait(false);
            return new(command, null, error.Kind == TroubleKind.Lost ? $"response to \"{command}\" was: connection dropped" : error.After(SmtpStep.Mail, command).Text);
        }
    }

    static string Response(string command, PeerReply reply) => $"response to \"{command}\" was: {Escaped(reply.Text)}";

    /// <summary>A reply of several lines on one line of the log.</summary>
    public static string Escaped(string text) => text.Replace("\n", "\\n");
}
