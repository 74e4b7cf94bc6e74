using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Smtp;

/// <summary>
/// One mail transaction over an open connection: MAIL, RCPTs and DATA in one write where the server pipelines (RFC 2920), the message, the
/// dot. Gives one result per recipient, in order. Afterwards <see cref="CanContinue"/> says whether the connection is good for another message.
/// </summary>
sealed class SmtpTransaction(SmtpPeer peer, SmtpClientSettings settings, OutgoingMail given)
{
    readonly RecipientResult?[] _results = new RecipientResult?[given.Recipients.Count];
    /// <summary>With the addresses that this server can have.</summary>
    OutgoingMail _mail = given;
    readonly bool _pipelining = peer.Extensions.Pipelining && !settings.AvoidPipelining;
    readonly ContentSender _content = new(peer, settings.DataTimeout);
    SmtpStep _step;
    string _command = "";

    public bool CanContinue { get; private set; }

    public async ValueTask<IReadOnlyList<RecipientResult>> RunAsync(CancellationToken cancel)
    {
        try { CanContinue = await ConverseAsync(cancel); }
        catch (PeerException error) { Settle(Broken(error)); }
        return _results!;
    }

    /// <summary>True when the connection can be used again.</summary>
    async ValueTask<bool> ConverseAsync(CancellationToken cancel)
    {
        if (Utf8Envelope.For(_mail, peer.Extensions, out var refusal) is not { } possible)
        {
            Refuse(SmtpStep.Mail, $"MAIL FROM:<{_mail.ReturnPath}>", refusal);
            return !peer.NeedsReset;
        }
        _mail = possible;
        if (peer.NeedsReset && !await ResetAsync(cancel)) return false;
        peer.NeedsReset = true;
        var data = _pipelining ? await PipelinedAsync(cancel) : await OneByOneAsync(cancel);
        if (Array.TrueForAll(_results, r => r is not null))
        {
            // A server that wants the message although nobody is to get it: hang up rather than send an empty one.
            return data is { IsIntermediate: true } ? false : StaysOpen();
        }
        if (data is { IsIntermediate: false }) { Refuse(SmtpStep.Data, Pipelined + "DATA", data); return StaysOpen(); }
        (_step, _command) = (SmtpStep.EndOfData, "sending data block");
        await _content.SendAsync(_mail.WriteContent, cancel);
        (_step, _command) = (SmtpStep.EndOfData, "end of data");
        var final = await peer.ReadAsync(settings.FinalTimeout, cancel);
        peer.Messages++;
        peer.NeedsReset = false;
        if (final.IsPositive) Settle(new RecipientResult.Accepted(final)); else Refuse(SmtpStep.EndOfData, "end of data", final);
        return StaysOpen();
    }

    async ValueTask<bool> ResetAsync(CancellationToken cancel)
    {
        (_step, _command) = (SmtpStep.Mail, "RSET");
        await peer.SendAsync("RSET", settings.CommandTimeout, cancel);
        var reply = await peer.ReadAsync(settings.CommandTimeout, cancel);
        if (!reply.IsPositive) Settle(new RecipientResult.Broken(new(TroubleKind.Lost, SmtpStep.Mail, $"SMTP error from remote mail server after RSET: {reply.Text}", Errnos.Closed)));
        return reply.IsPositive;
    }

    /// <summary>Everything up to DATA in one write; the replies are read while it is under way, so that neither side can block the other.</summary>
    async ValueTask<PeerReply?> PipelinedAsync(CancellationToken cancel)
    {
        var commands = new StringBuilder(MailCommand).Append("\r\n");
        foreach (var recipient in _mail.Recipients) commands.Append(RcptCommand(recipient)).Append("\r\n");
        commands.Append("DATA\r\n");
        (_step, _command) = (SmtpStep.Mail, Pipelined + MailCommand);
        var writing = peer.SendAsync(Latin1.Encode(commands.ToString()), settings.CommandTimeout, cancel).AsTask();
        try
        {
            var reply = await peer.ReadAsync(settings.CommandTimeout, cancel);
            var refused = !reply.IsPositive;
            if (refused) Refuse(SmtpStep.Mail, Pipelined + MailCommand, reply);
            for (var i = 0; i < _mail.Recipients.Count; i++) await RcptReplyAsync(i, cancel);
            (_step, _command) = (SmtpStep.Data, Pipelined + "DATA");
            return await peer.ReadAsync(settings.CommandTimeout, cancel);
        }
        finally { await Finished(writing); }
    }

    /// <summary>A write that failed shows as a reply that did not come; what is reported is the reply.</summary>
    static async ValueTask Finished(Task writing) => await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    async ValueTask<PeerReply?> OneByOneAsync(CancellationToken cancel)
    {
        (_step, _command) = (SmtpStep.Mail, MailCommand);
        await peer.SendAsync(MailCommand, settings.CommandTimeout, cancel);
        var reply = await peer.ReadAsync(settings.CommandTimeout, cancel);
        if (!reply.IsPositive) { Refuse(SmtpStep.Mail, MailCommand, reply); return null; }
        for (var i = 0; i < _mail.Recipients.Count; i++)
        {
            (_step, _command) = (SmtpStep.Rcpt, RcptCommand(_mail.Recipients[i]));
            await peer.SendAsync(_command, settings.CommandTimeout, cancel);
            await RcptReplyAsync(i, cancel);
        }
        if (Array.TrueForAll(_results, r => r is not null)) return null;
        (_step, _command) = (SmtpStep.Data, "DATA");
        await peer.SendAsync("DATA", settings.CommandTimeout, cancel);
        return await peer.ReadAsync(settings.CommandTimeout, cancel);
    }

    async ValueTask RcptReplyAsync(int index, CancellationToken cancel)
    {
        var command = RcptCommand(_mail.Recipients[index]);
        (_step, _command) = (SmtpStep.Rcpt, Pipelined + command);
        var reply = await peer.ReadAsync(settings.CommandTimeout, cancel);
        if (!reply.IsPositive) _results[index] ??= new RecipientResult.Refused(SmtpStep.Rcpt, command, reply);
    }

    string Pipelined => _pipelining ? "pipelined " : "";
    static string RcptCommand(string recipient) => $"RCPT TO:<{recipient}>";

    string MailCommand => field ??=
        $"MAIL FROM:<{_mail.ReturnPath}>"
        + (_mail.SizeToDeclare > 0 && peer.Extensions.Size ? $" SIZE={_mail.SizeToDeclare}" : "")
        + (_mail.EightBit && peer.Extensions.EightBitMime ? " BODY=8BITMIME" : "")
        + (_mail.IsUtf8 && peer.Extensions.SmtpUtf8 ? " SMTPUTF8" : "");

    void Refuse(SmtpStep step, string command, PeerReply reply) => Settle(new RecipientResult.Refused(step, command, reply));

    void Settle(RecipientResult result)
    {
        for (var i = 0; i < _results.Length; i++) _results[i] ??= result;
    }

    /// <summary>RFC 5321 3.8: after 421 the server closes.</summary>
    bool StaysOpen() => !Array.Exists(_results, r => r is RecipientResult.Refused { Reply.Code: 421 });

    RecipientResult.Broken Broken(PeerException error)
    {
        var command = error.Kind == TroubleKind.Timeout && _step == SmtpStep.EndOfData ? $"{_command} ({_content.Written} bytes written)"
            : error.Kind == TroubleKind.Timeout && _step == SmtpStep.Rcpt && _command.StartsWith("pipelined ", StringComparison.Ordinal) ? _command["pipelined ".Length..]
            : _command;
        return new(error.After(_step, command));
    }
}
