using ScriptMta.Mail;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>
/// BDAT (RFC 3030 2). Where the size can be read, the chunk is read and thrown away whatever is wrong, so that no byte of it is ever taken for a command; where it cannot,
/// a session in the middle of a message ends.
/// </summary>
static class BdatCommand
{
    /// <summary>No message is longer, and no sum of two overflows.</summary>
    const int MaxDigits = 17;

    public static ValueTask<SessionStep> Run(SmtpSession session, string argument, CancellationToken cancel)
    {
        if ((session.Offered & Extensions.Chunking) == 0) return new(session.Limits.ProtocolError(ChunkReplies.NotAdvertised));
        if (!TryParse(argument, out var size, out var isLast)) return new(WithoutSize(session));
        if (session.Transaction.Chunks is { } chunks)
        {
            if (!chunks.IsBroken && size == 0 && !isLast) { chunks.IsBroken = true; return new(session.Limits.ProtocolError(ChunkReplies.ZeroSize)); }
            return chunks.IsBroken ? DrainAsync(session, size, ChunkReplies.OnlyReset, cancel) : TakeAsync(session, chunks, size, isLast, cancel);
        }
        if (session.State != SessionState.HasRecipients) return DrainAsync(session, size, session.Transaction.WhyNoRecipients("BDAT", session.FollowsRcpt), cancel);
        session.Limits.NewMessage();
        session.Transaction.IsChunked = true;
        var id = session.Services.Ids.Next();
        chunks = session.Transaction.Chunks = new(new MessageIntake(session.Services.Spool, id, session.Rules.Options, session.Rules.Options.MessageSizeLimit.Get(session.Context)));
        session.Intake = chunks.Intake;
        return TakeAsync(session, chunks, size, isLast, cancel);
    }

    static async ValueTask<SessionStep> TakeAsync(SmtpSession session, ChunkedMessage chunks, long size, bool isLast, CancellationToken cancel)
    {
        if (!await chunks.ReadAsync(session, size, cancel).ConfigureAwait(false)) return SessionStep.Close;
        var found = Trouble(session, chunks);
        if (isLast && found is null)
        {
            await chunks.FinishAsync(cancel).ConfigureAwait(false);
            found = Trouble(session, chunks);
        }
        if (found is { } trouble)
        {
            SmtpAcceptance.Refuse(session, chunks.HasBadHeader ? null : chunks.Intake.Id, trouble, isLast ? SmtpAcceptance.Answers(session) : 1);
            return await EndAsync(session, SessionStep.Continue).ConfigureAwait(false);
        }
        if (!isLast)
        {
            session.Replies.Write(ChunkReplies.Received(size));
            return SessionStep.Continue;
        }
        session.Context.Message.Id = chunks.Intake.Id;
        return await EndAsync(session, await SmtpAcceptance.AnswerAsync(session, chunks.Intake, cancel).ConfigureAwait(false)).ConfigureAwait(false);
    }

    static AcceptanceOutcome.Refused? Trouble(SmtpSession session, ChunkedMessage chunks) =>
        chunks.HasBadHeader
            ? new(ChunkReplies.BadHeaderLineEnd, $"rejected from <{session.Transaction.Sender}> {session.Log.HostAndIdent}: Non-CRLF-terminated header, under CHUNKING: message abandoned")
            : IntakeTroubles.Find(chunks.Intake, session.Context, session.Transaction.Sender);

    static async ValueTask<SessionStep> EndAsync(SmtpSession session, SessionStep step)
    {
        await session.DropChunksAsync().ConfigureAwait(false);
        session.ResetTransaction();
        return step;
    }

    /// <summary>Reads a chunk that nobody wants.</summary>
    static async ValueTask<SessionStep> DrainAsync(SmtpSession session, long size, Reply reply, CancellationToken cancel)
    {
        var decoder = new ChunkDecoder();
        decoder.Begin(size);
        if (!await session.ReadDataAsync(decoder, static (_, _) => default, cancel).ConfigureAwait(false)) return SessionStep.Close;
        return session.Limits.NoRecipients(reply);
    }

    static SessionStep WithoutSize(SmtpSession session)
    {
        var step = session.Limits.ProtocolError(ChunkReplies.NoSize);
        if (session.Transaction.Chunks is null || step == SessionStep.Close) return step;
        session.ConnectionLog.Disconnected(inData: true);
        return session.Limits.End(Replies.LostData, "bad-commands");
    }

    /// <summary>What follows the digits, other than LAST, makes it a chunk that is not the last, as in Exim.</summary>
    static bool TryParse(string argument, out long size, out bool isLast)
    {
        var digits = argument.AsSpan().IndexOfAnyExceptInRange('0', '9') is var end && end < 0 ? argument.Length : end;
        (size, isLast) = (0, argument.AsSpan(digits).Trim(' ').Equals("LAST", StringComparison.OrdinalIgnoreCase));
        return digits is > 0 and <= MaxDigits && long.TryParse(argument.AsSpan(0, digits), out size);
    }
}
