using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Network;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Reception;

/// <summary>Takes messages that local programs submit, the same way as those that come by SMTP, and runs SMTP sessions over a pair of streams (-bs).</summary>
sealed class LocalSubmission(ISpool spool, Func<ReceptionRules> rules, MessageIdSource ids)
{
    /// <summary>One read of standard input: as much as a pipe holds.</summary>
    const int ReadSize = 65536;

    /// <summary>Reads the message to its end (or the line with a single dot); returns when it is on stable storage or refused.</summary>
    public async ValueTask<SubmissionResult> AcceptAsync(SubmissionRequest request, Stream message, CancellationToken cancel)
    {
        var current = rules();
        var caller = LocalCaller.Of(request, current);
        var context = new ExpansionContext { Environment = current.Environment, Connection = LocalFacts.Of(request, caller) };
        context.Message.ReceivedAt = current.Environment.Clock.GetUtcNow();
        if (!LocalEnvelope.TrySender(request.Sender, caller, current, context, out var sender, out var error)) return new(null, ExitCode.DataError, error);
        if (!LocalEnvelope.TryRecipients(request.Recipients, current, out var arguments, out error)) return new(null, ExitCode.DataError, error);
        if (!SpaceCheck.HasRoom(current, MachineState.Own, declaredSize: -1)) return new(null, ExitCode.TempFail, "insufficient disk space");
        if (!request.ExtractRecipients && arguments.Count == 0) return new(null, ExitCode.Usage, "no recipients: give addresses, or -t to take them from the header");
        context.Message.Sender = sender;
        context.Message.AuthenticatedSender = caller.AuthenticatedSender(request, current.Environment);
        var acl = new AclSession();
        await current.Acls.RunAsync(AclWhere.NotSmtpStart, acl, context, cancel).ConfigureAwait(false);
        var intake = new MessageIntake(spool, ids.Next(), current.Options, current.Options.MessageSizeLimit.Get(context));
        await using (intake.ConfigureAwait(false))
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            if (current.Options.Local.ReceiveTimeout > TimeSpan.Zero) patience.CancelAfter(current.Options.Local.ReceiveTimeout);
            var (complete, fromLine) = await ReadInTimeAsync(message, new LocalDecoder(dotEnds: !request.DotIsData, unstuff: false), intake, patience.Token, cancel).ConfigureAwait(false);
            if (!complete) return TimedOut(current, intake.Id);
            if (request.Sender is null && fromLine is not null && LocalEnvelope.TrySender(fromLine, caller, current, context, out var named, out _)) context.Message.Sender = named;
            var recipients = arguments;
            var headers = intake.Headers;
            if (request.ExtractRecipients && !LocalEnvelope.TryExtract(intake.Headers, arguments, current, out headers, out recipients, out error))
                return Refused(current, intake.Id, error);
            return await FinishAsync(new(request, caller, current, context, acl), intake, headers, recipients, cancel).ConfigureAwait(false);
        }
        finally { acl.Debug?.Dispose(); }
    }

    /// <summary>An SMTP session with a local caller; returns when it is over. Output is flushed after each batch of replies.</summary>
    public async ValueTask ConverseAsync(SubmissionRequest caller, Stream input, Stream output, CancellationToken cancel)
    {
        var current = rules();
        var connection = new Connection(new StreamPair(input, output), current.Environment.Clock);
        await using (connection.ConfigureAwait(false))
        {
            var session = new SmtpSession(connection, current, new(spool, ids), LocalCaller.Of(caller, current), caller);
            await session.RunAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>A deferral counts as a refusal: there is nobody who would try again (Exim 44.13).</summary>
    async ValueTask<SubmissionResult> FinishAsync(Submission submission, MessageIntake intake, HeaderSection headers, List<MailAddress> recipients, CancellationToken cancel) =>
        await LocalAcceptance.TakeAsync(spool, submission, intake, headers, recipients, cancel).ConfigureAwait(false) switch
        {
            AcceptanceOutcome.Taken taken => new(taken.Discarded ? null : intake.Id, ExitCode.Ok, ""),
            AcceptanceOutcome.RefusedByAcl refused => await RefusedAsync(submission, new(submission.Context, intake, refused.Verdict), cancel).ConfigureAwait(false),
            AcceptanceOutcome.Refused refused => new(null, refused.Reply.Code < 500 ? ExitCode.TempFail : ExitCode.DataError, refused.Reply.Text),
            _ => throw new InvalidOperationException("unknown outcome"),
        };

    /// <summary>False when receive_timeout has come first (Exim chapter 14).</summary>
    static async ValueTask<(bool Complete, string? FromLine)> ReadInTimeAsync(Stream message, LocalDecoder decoder, MessageIntake intake, CancellationToken patience, CancellationToken cancel)
    {
        try { return (true, await ReadAsync(message, decoder, intake, patience).ConfigureAwait(false)); }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested) { return (false, null); }
    }

    static SubmissionResult TimedOut(ReceptionRules current, MessageId id)
    {
        current.Environment.Log.Main(id, "timed out while reading local message");
        return new(null, ExitCode.Failure, "timed out while reading - message abandoned");
    }

    /// <summary>A read of a terminal or pipe goes on when nobody waits for it any more.</summary>
    static async ValueTask<int> ReadAsync(Stream message, byte[] buffer, CancellationToken cancel)
    {
        var read = message.ReadAsync(buffer, cancel);
        return read.IsCompleted ? await read.ConfigureAwait(false) : await read.AsTask().WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>Reads to the end; gives the sender that a "From " line names.</summary>
    static async ValueTask<string?> ReadAsync(Stream message, LocalDecoder decoder, MessageIntake intake, CancellationToken cancel)
    {
        var fromLine = new FromLineFilter(intake.TakeAsync);
        var buffer = new byte[ReadSize];
        while (!decoder.IsEnd && await ReadAsync(message, buffer, cancel).ConfigureAwait(false) is var read && read > 0)
        {
            ReadOnlyMemory<byte> input = buffer.AsMemory(0, read);
            while (decoder.TryDecode(ref input, out var piece)) await fromLine.TakeAsync(piece, cancel).ConfigureAwait(false);
        }
        if (decoder.Complete() is { IsEmpty: false } rest) await fromLine.TakeAsync(rest, cancel).ConfigureAwait(false);
        await fromLine.CompleteAsync(cancel).ConfigureAwait(false);
        await intake.FinishAsync(decoder, cancel).ConfigureAwait(false);
        return fromLine.Sender;
    }

    static SubmissionResult Refused(ReceptionRules current, MessageId id, string error)
    {
        current.Environment.Log.Main(id, error);
        return new(null, ExitCode.DataError, error);
    }

    async ValueTask<SubmissionResult> RefusedAsync(Submission submission, RefusedSubmission refused, CancellationToken cancel)
    {
        refused.Log();
        var request = submission.Request;
        if (request.ErrorMode is not ('m' or 'e' or 'w')) return new(null, ExitCode.Failure, refused.ErrorText);
        if (submission.Context.Message.Sender is not { IsNull: false } sender)
        {
            refused.LogNoSender();
            return new(null, ExitCode.Failure, "");
        }
        var report = new SubmissionRequest
        {
            Sender = "<>", Recipients = [sender.ToString()], DotIsData = true, CallerUid = request.CallerUid, CallerGid = request.CallerGid, QueueOnly = request.QueueOnly, ErrorMode = request.ErrorMode,
        };
        using var mail = refused.Mail();
        var sent = await AcceptAsync(report, mail, cancel).ConfigureAwait(false);
        return new(null, request.ErrorMode == 'e' && sent.Id is not null ? ExitCode.Ok : ExitCode.Failure, "");
    }
}
