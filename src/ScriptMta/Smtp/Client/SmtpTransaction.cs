using ScriptMta.Common;

namespace ScriptMta.Smtp;

/// <summary>
/// One mail transaction over an open connection: MAIL, RCPTs and DATA (or the first BDAT, with its chunk) in one write where the server pipelines (RFC 2920), then
/// the content. Gives one result per recipient, in order. Afterwards <see cref="CanContinue"/> says whether the connection is good for another message.
/// </summary>
sealed class SmtpTransaction(SmtpPeer peer, SmtpClientSettings settings, OutgoingMail given)
{
    const string EndOfData = "end of data";

    readonly TransactionResults _results = new(given.Recipients.Count);
    readonly bool _pipelining = peer.Extensions.Pipelining && !settings.AvoidPipelining;
    readonly bool _chunking = peer.Extensions.Chunking && settings.TryChunking;
    readonly bool _prdr = peer.Extensions.Prdr && settings.TryPrdr && !settings.IsLmtp && given.Recipients.Count > 1;
    /// <summary>With the addresses that this server can have.</summary>
    OutgoingMail _mail = given;
    EnvelopeCommands _commands = null!;
    SmtpStep _step;
    string _command = "";

    public bool CanContinue { get; private set; }
    public bool UsedPipelining => _pipelining;
    public bool UsedChunking { get; private set; }
    /// <summary>The server gave a verdict for each recipient.</summary>
    public bool UsedPrdr { get; private set; }
    /// <summary>Bytes of content sent, as they went over the wire.</summary>
    public long ContentSent { get; private set; }
    /// <summary>The whole content was sent and no reply came in time: the server may have taken it.</summary>
    public bool IsUnanswered { get; private set; }

    public async ValueTask<IReadOnlyList<RecipientResult>> RunAsync(CancellationToken cancel)
    {
        try { CanContinue = await ConverseAsync(cancel); }
        catch (PeerException error) { Broken(error); }
        return _results.All;
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
        _commands = new(_mail, peer.Extensions, _prdr, settings.IgnoreQuota);
        if (peer.NeedsReset && !await ResetAsync(cancel)) return false;
        peer.NeedsReset = true;
        peer.Mails++;
        using var output = new PeerBuffer();
        await using var source = new ContentSource(_mail.Content, dots: !_chunking);
        return _chunking ? await ChunkedAsync(output, source, cancel) : await DataAsync(output, source, cancel);
    }

    async ValueTask<bool> ResetAsync(CancellationToken cancel)
    {
        (_step, _command) = (SmtpStep.Mail, "RSET");
        await peer.SendAsync("RSET", settings.CommandTimeout, cancel);
        var reply = await peer.ReadAsync(settings.CommandTimeout, cancel);
        if (!reply.IsPositive) _results.Settle(new RecipientResult.Broken(new(TroubleKind.Lost, SmtpStep.Mail, $"SMTP error from remote mail server after RSET: {reply.Text}", Errnos.Closed)));
        return reply.IsPositive;
    }

    async ValueTask<bool> DataAsync(PeerBuffer output, ContentSource source, CancellationToken cancel)
    {
        PeerReply? go = null;
        if (_pipelining)
        {
            Envelope(output);
            output.Line("DATA");
            go = await TogetherAsync(output, replies: DataReplyAsync, cancel);
        }
        else if (await OneByOneAsync(cancel)) go = await AskAsync(SmtpStep.Data, "DATA", cancel);
        // A server that wants the message although nobody is to get it: hang up rather than send an empty one.
        if (_results.AllSettled) return go is not { IsIntermediate: true } && StaysOpen;
        if (!go!.IsIntermediate) { Refuse(SmtpStep.Data, Pipelined + "DATA", go); return StaysOpen; }
        await new DataSender(peer, settings, output, source, this).SendAsync(cancel);
        return await FinalAsync(EndOfData, cancel);
    }

    async ValueTask<bool> ChunkedAsync(PeerBuffer output, ContentSource source, CancellationToken cancel)
    {
        if (_pipelining) Envelope(output);
        else if (!await OneByOneAsync(cancel)) return StaysOpen;
        UsedChunking = true;
        var chunks = new ChunkSender(peer, settings, output, source, this);
        await chunks.FillAsync(cancel);
        if (_pipelining)
        {
            await TogetherAsync(output, replies: null, cancel);
            ContentSent += chunks.Length;
            // Nobody is to get it: the reply to the chunk says only that.
            if (_results.AllSettled) { await peer.ReadAsync(settings.FinalTimeout, cancel); return StaysOpen; }
        }
        else await chunks.SendAsync(cancel);
        if (chunks.Ended) return await FinalAsync(Pipelined + EndOfData, cancel);
        if (await chunks.RestAsync(cancel) is not { } refused) return await FinalAsync(EndOfData, cancel);
        Refuse(SmtpStep.EndOfData, Pipelined + "sending data block", refused);
        return false;
    }

    void Envelope(PeerBuffer output)
    {
        output.Line(_commands.Mail);
        for (var i = 0; i < _mail.Recipients.Count; i++) output.Line(_commands.Rcpt(i));
    }

    /// <summary>The envelope and what follows it in one write; the replies are read while it is under way, so that neither side can block the other.</summary>
    async ValueTask<PeerReply?> TogetherAsync(PeerBuffer output, Func<CancellationToken, ValueTask<PeerReply>>? replies, CancellationToken cancel)
    {
        Now(SmtpStep.Mail, Pipelined + _commands.Mail);
        var writing = peer.SendAsync(output.Written, settings.CommandTimeout, cancel).AsTask();
        try
        {
            var reply = await peer.ReadAsync(settings.CommandTimeout, cancel);
            if (!reply.IsPositive) Refuse(SmtpStep.Mail, Pipelined + _commands.Mail, reply);
            for (var i = 0; i < _mail.Recipients.Count; i++) await RcptReplyAsync(i, cancel);
            return replies is null ? null : await replies(cancel);
        }
        finally
        {
            // A write that failed shows as a reply that did not come; what is reported is the reply.
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            output.Clear();
        }
    }

    ValueTask<PeerReply> DataReplyAsync(CancellationToken cancel)
    {
        Now(SmtpStep.Data, Pipelined + "DATA");
        return peer.ReadAsync(settings.CommandTimeout, cancel);
    }

    /// <summary>True when somebody is to get the message.</summary>
    async ValueTask<bool> OneByOneAsync(CancellationToken cancel)
    {
        var reply = await AskAsync(SmtpStep.Mail, _commands.Mail, cancel);
        if (!reply.IsPositive) { Refuse(SmtpStep.Mail, _commands.Mail, reply); return false; }
        for (var i = 0; i < _mail.Recipients.Count; i++)
        {
            Now(SmtpStep.Rcpt, _commands.RcptShown(i));
            await peer.SendAsync(_commands.Rcpt(i), settings.CommandTimeout, cancel);
            await RcptReplyAsync(i, cancel);
        }
        return !_results.AllSettled;
    }

    async ValueTask<PeerReply> AskAsync(SmtpStep step, string command, CancellationToken cancel)
    {
        Now(step, command);
        await peer.SendAsync(command, settings.CommandTimeout, cancel);
        return await peer.ReadAsync(settings.CommandTimeout, cancel);
    }

    async ValueTask RcptReplyAsync(int index, CancellationToken cancel)
    {
        var command = _commands.RcptShown(index);
        Now(SmtpStep.Rcpt, Pipelined + command);
        var reply = await peer.ReadAsync(settings.CommandTimeout, cancel);
        if (!reply.IsPositive) _results.Settle(index, new RecipientResult.Refused(SmtpStep.Rcpt, command, reply));
    }

    /// <summary>What the server says of the whole message; with LMTP of each recipient (RFC 2033 4.2), with PRDR of each and then of the message.</summary>
    async ValueTask<bool> FinalAsync(string command, CancellationToken cancel)
    {
        Now(SmtpStep.EndOfData, command);
        var open = _results.Open;
        IsUnanswered = !settings.IsLmtp && !_prdr;
        var reply = await peer.ReadAsync(settings.FinalTimeout, cancel);
        peer.Messages++;
        if (settings.IsLmtp) await PerRecipientAsync(open, reply, "LMTP error", cancel);
        else if (_prdr && reply.Code == 353)
        {
            UsedPrdr = true;
            reply = await PrdrAsync(open, cancel);
        }
        IsUnanswered = false;
        peer.NeedsReset = false;
        if (reply.IsPositive) _results.Settle(new RecipientResult.Accepted(reply)); else Refuse(SmtpStep.EndOfData, command, reply);
        return StaysOpen;
    }

    async ValueTask PerRecipientAsync(List<int> open, PeerReply first, string kind, CancellationToken cancel)
    {
        for (var i = 0; i < open.Count; i++)
        {
            var reply = i == 0 ? first : await peer.ReadAsync(settings.FinalTimeout, cancel);
            _results.Settle(open[i], reply.IsPositive ? new RecipientResult.Accepted(reply) : new RecipientResult.Refused(SmtpStep.Verdict, "DATA", reply) { Kind = kind });
        }
    }

    /// <summary>A verdict counts only when the last reply confirms the message as a whole.</summary>
    async ValueTask<PeerReply> PrdrAsync(List<int> open, CancellationToken cancel)
    {
        var verdicts = new PeerReply[open.Count];
        for (var i = 0; i < open.Count; i++) verdicts[i] = await peer.ReadAsync(settings.FinalTimeout, cancel);
        var last = await peer.ReadAsync(settings.FinalTimeout, cancel);
        for (var i = 0; i < open.Count && last.IsPositive; i++)
            _results.Settle(open[i], verdicts[i].IsPositive ? new RecipientResult.Accepted(new(last.Code, $"{verdicts[i].Text}\n{last.Text}"))
                : new RecipientResult.Refused(SmtpStep.Verdict, "DATA", verdicts[i]) { Kind = "PRDR error" });
        return last;
    }

    /// <summary>How far the conversation is, for the report of a failure.</summary>
    public void Now(SmtpStep step, string command) => (_step, _command) = (step, command);

    public void Sent(int count) => ContentSent += count;

    string Pipelined => _pipelining ? "pipelined " : "";

    void Refuse(SmtpStep step, string command, PeerReply reply) => _results.Settle(new RecipientResult.Refused(step, command, reply));

    bool StaysOpen => !_results.HasShutdown;

    void Broken(PeerException error)
    {
        if (error.Kind != TroubleKind.Timeout) IsUnanswered = false;
        var command = error.Kind == TroubleKind.Timeout && _step == SmtpStep.EndOfData ? $"{_command} ({ContentSent} bytes written)"
            : error.Kind == TroubleKind.Timeout && _step == SmtpStep.Rcpt && _command.StartsWith("pipelined ", StringComparison.Ordinal) ? _command["pipelined ".Length..]
            : _command;
        _results.Settle(new RecipientResult.Broken(error.After(_step, command)));
    }
}
