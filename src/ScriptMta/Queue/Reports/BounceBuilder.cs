using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>Sends what became of a message to whoever is to be told (RFC 3464, Exim chapter 50). The report is durable when a method returns.</summary>
sealed class BounceBuilder(ISpool spool, QueueRules rules, MessageIdSource ids)
{
    QueueOptions Options => rules.Options;

    public async ValueTask SendAsync(AttemptRecord record, MailAddress to, IReadOnlyList<FailedAddress> failures, CancellationToken cancel)
    {
        var id = ids.Next();
        var context = Context(record, "bounce_recipient", to);
        var facts = FactsOf(record, id, to, context) with { Texts = ReportTemplates.Read(Options.BounceMessageFile, "bounce_message_file", context) };
        var report = DeliveryReport.Build(ReportKind.Failed, facts, [.. failures.Select(f => ReportRows.Of(f, record))]);
        await CommitAsync(record, id, [to, .. Options.ErrorsCopies.For(to, context)], report, facts.Returned, cancel).ConfigureAwait(false);
    }

    /// <param name="waited">In words: "24 hours".</param>
    public async ValueTask WarnAsync(AttemptRecord record, MailAddress to, IReadOnlyList<ReportedRecipient> delayed, string waited, CancellationToken cancel)
    {
        var id = ids.Next();
        var context = Context(record, "warn_message_recipients", to);
        context.Variables["warn_message_recipient"] = context.Variables["warnmsg_recipient"] = context.Variables["warnmsg_recipients"] = context.Variables["warn_message_recipients"];
        context.Variables["warn_message_delay"] = context.Variables["warnmsg_delay"] = Value.Clean(waited);
        var texts = ReportTemplates.Read(Options.WarnMessageFile, "warn_message_file", context);
        var facts = FactsOf(record, id, to, context) with { Returned = ReturnedContent.Headers, Waited = waited, Texts = texts };
        await CommitAsync(record, id, [to], DeliveryReport.Build(ReportKind.Delayed, facts, delayed), facts.Returned, cancel).ConfigureAwait(false);
    }

    /// <summary>A report of success; of the message only the headers (RFC 3461 6.2).</summary>
    public async ValueTask ConfirmAsync(AttemptRecord record, MailAddress to, IReadOnlyList<ReportedRecipient> reached, CancellationToken cancel)
    {
        var id = ids.Next();
        var facts = FactsOf(record, id, to, record.Context()) with { Returned = ReturnedContent.Headers };
        await CommitAsync(record, id, [to], DeliveryReport.Build(ReportKind.Success, facts, reached), facts.Returned, cancel).ConfigureAwait(false);
    }

    static ExpansionContext Context(AttemptRecord record, string name, MailAddress to)
    {
        var context = record.Context();
        context.Variables[name] = Value.Tainted(to.ToString());
        return context;
    }

    async ValueTask CommitAsync(AttemptRecord record, MessageId id, ImmutableArray<MailAddress> to, BuiltMessage report, ReturnedContent returned, CancellationToken cancel)
    {
        await using var draft = spool.Begin(id);
        await draft.AppendAsync(Latin1.Encode(report.Prefix), cancel).ConfigureAwait(false);
        if (report.TakesOriginal) await AppendOriginalAsync(draft, record.Stored, returned, cancel).ConfigureAwait(false);
        await draft.AppendAsync(Latin1.Encode(report.Suffix), cancel).ConfigureAwait(false);
        var own = new OwnMessages(spool, rules, ids) { AuthenticatedSender = Options.BounceSenderAuthentication };
        await own.CommitAsync(id, MailAddress.Null, to, report.Headers, draft, record.Stored.Envelope.Id, cancel).ConfigureAwait(false);
    }

    async ValueTask AppendOriginalAsync(IBodyDraft draft, StoredMessage stored, ReturnedContent returned, CancellationToken cancel)
    {
        var headers = DeliveryContext.HeadersOf(stored).Prepend(HeaderField.Create("Return-path", $"<{DeliveryContext.SenderOf(stored)}>")).ToWire();
        var why = returned == ReturnedContent.Headers && WholeIsWanted(stored) && IsOverLimit(stored) ? "X-Exim-DSN-Information: Due to administrative limits only headers are returned\r\n" : "";
        await draft.AppendAsync(Latin1.Encode(headers + why + "\r\n"), cancel).ConfigureAwait(false);
        if (returned != ReturnedContent.Full) return;
        await using var body = await spool.OpenBodyAsync(stored.Envelope.Id, cancel).ConfigureAwait(false);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;)
            await draft.AppendAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
    }

    ReportFacts FactsOf(AttemptRecord record, MessageId id, MailAddress to, ExpansionContext context)
    {
        var stored = record.Stored;
        return new ReportFacts
        {
            Id = id, Now = record.Now, Host = rules.Environment.PrimaryHostname, From = FromText(context), To = to, OriginalSender = DeliveryContext.SenderOf(stored),
            OriginalHeaders = DeliveryContext.HeadersOf(stored), Boundary = BuiltMessage.NewBoundary(rules.Environment.Random), Returned = ReturnedOf(stored),
            ReplyTo = Options.ErrorsReplyTo, ExtraText = Options.BounceMessageText, EnvelopeId = stored.Envelope.Facts.GetValueOrDefault("dsn_envid", ""), OriginalId = stored.Envelope.Id.Text,
        };
    }

    string FromText(ExpansionContext context) => OwnMessages.From(rules, context);

    /// <summary>Exim 14.23: bounce_return_message, bounce_return_body, the limits of size and line length; RET=HDRS (RFC 3461 4.3).</summary>
    ReturnedContent ReturnedOf(StoredMessage stored) =>
        !Options.BounceReturnMessage ? ReturnedContent.None : !WholeIsWanted(stored) || IsOverLimit(stored) ? ReturnedContent.Headers : ReturnedContent.Full;

    bool WholeIsWanted(StoredMessage stored) => Options.BounceReturnBody && stored.Envelope.Facts.GetValueOrDefault("dsn_ret") != "HDRS";

    /// <summary>Exim counts the size limit in whole pieces of this.</summary>
    const long Piece = 8192;

    bool IsOverLimit(StoredMessage stored) =>
        (Options.BounceReturnSizeLimit > 0 && stored.BodyLength > (Options.BounceReturnSizeLimit / Piece + 1) * Piece)
        || (Options.BounceReturnLinesizeLimit > 0 && long.TryParse(stored.Envelope.Facts.GetValueOrDefault("max_received_linelength"), out var longest) && longest > Options.BounceReturnLinesizeLimit);
}
