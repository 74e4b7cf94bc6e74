namespace ScriptMta.Smtp;

/// <summary>A message's content after DATA: dots doubled, lines with CRLF, the final dot (RFC 5321 4.5.2). One message, one owner.</summary>
sealed class DataSender(SmtpPeer peer, SmtpClientSettings settings, PeerBuffer output, ContentSource source, SmtpTransaction? progress = null)
{
    /// <summary>One write of message data: big enough for most messages, small against the memory of many connections.</summary>
    const int WriteSize = 64 * 1024;

    /// <summary>Throws <see cref="PeerException"/>.</summary>
    public async ValueTask SendAsync(CancellationToken cancel)
    {
        progress?.Now(SmtpStep.EndOfData, "sending data block");
        for (var ended = false; !ended;)
        {
            ended = await source.FillAsync(output, WriteSize, cancel);
            if (ended) output.Line(".");
            await peer.SendAsync(output.Written, settings.DataTimeout, cancel);
            progress?.Sent(output.Count);
            output.Clear();
        }
    }
}

/// <summary>
/// A message's content in BDAT commands (RFC 3030): a small message in one; of a large one each chunk goes out before the reply to the one before it is read, where
/// the server pipelines. One message, one owner.
/// </summary>
sealed class ChunkSender(SmtpPeer peer, SmtpClientSettings settings, PeerBuffer output, ContentSource source, SmtpTransaction progress)
{
    /// <summary>The most of a message that is at stake before its recipients are known to be accepted, and memory of a connection.</summary>
    const int ChunkSize = 64 * 1024;

    /// <summary>The last chunk has been made.</summary>
    public bool Ended { get; private set; }
    /// <summary>Bytes of the last chunk.</summary>
    public int Length { get; private set; }

    /// <summary>Puts the next chunk and its command behind what output holds.</summary>
    public async ValueTask FillAsync(CancellationToken cancel)
    {
        output.BeginChunk();
        Ended = await source.FillAsync(output, output.Count + ChunkSize, cancel);
        Length = output.ChunkLength;
        output.EndChunk(Ended);
    }

    public async ValueTask SendAsync(CancellationToken cancel)
    {
        progress.Now(SmtpStep.EndOfData, "sending data block");
        await peer.SendAsync(output.Written, settings.DataTimeout, cancel);
        progress.Sent(Length);
        output.Clear();
    }

    /// <summary>After the first chunk has been sent: the others, up to the last, whose reply is left to be read. Not null: the server refused one, with this.</summary>
    public async ValueTask<PeerReply?> RestAsync(CancellationToken cancel)
    {
        while (!Ended)
        {
            await FillAsync(cancel);
            var writing = SendAsync(cancel).AsTask();
            PeerReply reply;
            try { reply = await peer.ReadAsync(settings.DataTimeout, cancel); }
            finally { await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); }
            if (!reply.IsPositive) return reply;
            await writing;
        }
        return null;
    }
}
