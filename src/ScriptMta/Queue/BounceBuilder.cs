using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>Sends what failed back to whoever is to be told (RFC 3464, Exim chapter 50). The bounce is durable when <see cref="SendAsync"/> returns.</summary>
sealed class BounceBuilder(ISpool spool, QueueRules rules, MessageIdSource ids)
{
    public async ValueTask SendAsync(AttemptRecord record, MailAddress to, IReadOnlyList<FailedAddress> failures, CancellationToken cancel)
    {
        var id = ids.Next();
        var facts = FactsOf(record, id, to);
        var report = DeliveryReport.Build(ReportKind.Failed, facts, [.. failures.Select(f => Reported(f, record))]);
        await CommitAsync(record, id, to, report, facts.Returned, cancel).ConfigureAwait(false);
    }

    public async ValueTask WarnAsync(AttemptRecord record, MailAddress to, IReadOnlyList<ReportedRecipient> delayed, CancellationToken cancel)
    {
        var id = ids.Next();
        var facts = FactsOf(record, id, to) with { Returned = ReturnedContent.Headers, Waited = record.Now - record.Stored.Envelope.ReceivedAt };
        await CommitAsync(record, id, to, DeliveryReport.Build(ReportKind.Delayed, facts, delayed), facts.Returned, cancel).ConfigureAwait(false);
    }

    async ValueTask CommitAsync(AttemptRecord record, MessageId id, MailAddress to, BuiltMessage report, ReturnedContent returned, CancellationToken cancel)
    {
        await using var draft = spool.Begin(id);
        await draft.AppendAsync(Latin1.Encode(report.Prefix), cancel).ConfigureAwait(false);
        if (report.TakesOriginal) await AppendOriginalAsync(draft, record.Stored, returned, cancel).ConfigureAwait(false);
        await draft.AppendAsync(Latin1.Encode(report.Suffix), cancel).ConfigureAwait(false);
        await new OwnMessages(spool, rules, ids).CommitAsync(id, MailAddress.Null, [to], report.Headers, draft, record.Stored.Envelope.Id, cancel).ConfigureAwait(false);
    }

    async ValueTask AppendOriginalAsync(IBodyDraft draft, StoredMessage stored, ReturnedContent returned, CancellationToken cancel)
    {
        var headers = DeliveryContext.HeadersOf(stored).Prepend(HeaderField.Create("Return-path", $"<{DeliveryContext.SenderOf(stored)}>"));
        await draft.AppendAsync(Latin1.Encode(headers.ToWire() + "\r\n"), cancel).ConfigureAwait(false);
        if (returned != ReturnedContent.Full) return;
        await using var body = await spool.OpenBodyAsync(stored.Envelope.Id, cancel).ConfigureAwait(false);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancel).ConfigureAwait(false)) > 0;)
            await draft.AppendAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
    }

    ReportFacts FactsOf(AttemptRecord record, MessageId id, MailAddress to)
    {
        var stored = record.Stored;
        return new ReportFacts
        {
            Id = id, Now = record.Now, Host = rules.Environment.PrimaryHostname, From = FromText(stored), To = to, OriginalSender = DeliveryContext.SenderOf(stored),
            OriginalHeaders = DeliveryContext.HeadersOf(stored), Boundary = BuiltMessage.NewBoundary(rules.Environment.Random), Returned = ReturnedOf(stored),
            ReplyTo = rules.Options.ErrorsReplyTo, ExtraText = rules.Options.BounceMessageText, EnvelopeId = stored.Envelope.Facts.GetValueOrDefault("dsn_envid", ""),
        };
    }

    string FromText(StoredMessage stored)
    {
        var standard = $"Mail Delivery System <Mailer-Daemon@{rules.Environment.QualifyDomain}>";
        return rules.Options.DsnFrom?.Expand(DeliveryContext.Of(stored, rules, spool)) is { IsOk: true } from ? from.Text : standard;
    }

    /// <summary>Exim 14.23: bounce_return_message, bounce_return_body; over bounce_return_size_limit only the headers go back, and so with RET=HDRS (RFC 3461 4.3).</summary>
    ReturnedContent ReturnedOf(StoredMessage stored) =>
        !rules.Options.BounceReturnMessage ? ReturnedContent.None
        : !rules.Options.BounceReturnBody || stored.Envelope.Facts.GetValueOrDefault("dsn_ret") == "HDRS" || (rules.Options.BounceReturnSizeLimit > 0 && stored.BodyLength > rules.Options.BounceReturnSizeLimit) ? ReturnedContent.Headers
        : ReturnedContent.Full;

    static ReportedRecipient Reported(FailedAddress failure, AttemptRecord record)
    {
        var shown = failure.Address.HideInErrors && failure.Address.Parent is { } parent ? parent : failure.Address;
        var reason = failure.SenderText ?? failure.Text;
        return new ReportedRecipient(shown.Address, failure.Output is { Length: > 0 } output ? $"{reason}\n{output}" : reason, failure.Status)
        {
            RemoteHost = failure.Host, Diagnostic = failure.SmtpReply ?? "", LastAttempt = record.Now, OriginalRecipient = WantedReports.OriginalRecipient(record.Stored, failure.Address.Top.Address), Parent = shown.Parent?.Top.Address, Generated = GeneratedText(shown),
        };
    }

    static string GeneratedText(RoutedAddress address) => address.Kind switch
    {
        TargetKind.Pipe => "pipe to " + RoutePrinter.TargetText(address),
        TargetKind.File => "save to " + RoutePrinter.TargetText(address),
        TargetKind.Reply => "reply to " + address.Target,
        _ => "",
    };
}
