using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Admin;

/// <summary>-Mvh, -Mvb and -Mvc: a queued message for administrators to read.</summary>
sealed class ShowHandlers(AdminServices services)
{
    public IEnumerable<AdminCommand> Commands() =>
    [
        new("show-headers", true, (call, cancel) => ShowAsync(call, headers: true, envelope: true, body: false, cancel)),
        new("show-body", true, (call, cancel) => ShowAsync(call, headers: false, envelope: false, body: true, cancel)),
        new("show-message", true, (call, cancel) => ShowAsync(call, headers: true, envelope: false, body: true, cancel)),
    ];

    async ValueTask<int> ShowAsync(AdminCall call, bool headers, bool envelope, bool body, CancellationToken cancel)
    {
        foreach (var text in call.Request.Arguments)
        {
            if (!MessageId.TryParse(text, out var id) || await services.Spool.ReadAsync(id, cancel) is not { } message)
            {
                await call.Output.ErrorAsync($"Message {text} does not exist\n", cancel);
                return ExitCode.Failure;
            }
            if (envelope) await call.Output.OutAsync(EnvelopeText(message), cancel);
            if (headers) await call.Output.OutAsync(message.Headers.ToText(), cancel);
            if (headers && body) await call.Output.OutAsync("\n", cancel);
            if (body) await CopyBodyAsync(id, call.Output, cancel);
        }
        return ExitCode.Ok;
    }

    static string EnvelopeText(Spool.StoredMessage message)
    {
        var text = new System.Text.StringBuilder($"{message.Envelope.Id}\nsender <{message.State.EditedSender ?? message.Envelope.Sender}>\nreceived {message.Envelope.ReceivedAt:O}\n");
        foreach (var (name, value) in message.Envelope.Facts.OrderBy(f => f.Key, StringComparer.Ordinal)) text.Append($"{name} = {value}\n");
        foreach (var recipient in message.Envelope.Recipients.Concat(message.State.AddedRecipients)) text.Append($"recipient <{recipient.Address}>{Asked(recipient)}\n");
        foreach (var key in message.State.DoneKeys.Order(StringComparer.Ordinal)) text.Append($"done {key}\n");
        foreach (var (key, deferral) in message.State.Deferrals) text.Append($"deferred {key} until {deferral.NextTry:O}: {deferral.Error}: {deferral.Text}\n");
        return text.Append('\n').ToString();
    }

    /// <summary>What RCPT asked for (RFC 3461).</summary>
    static string Asked(Recipient recipient) =>
        (recipient.Notify is { Length: > 0 } notify ? " NOTIFY=" + notify : "") + (recipient.OriginalRecipient is { Length: > 0 } original ? " ORCPT=" + original : "");

    async ValueTask CopyBodyAsync(MessageId id, AdminOutput output, CancellationToken cancel)
    {
        await using var body = await services.Spool.OpenBodyAsync(id, cancel);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancel)) > 0;)
            await output.OutAsync(Latin1.Decode(buffer.AsSpan(0, read)).Replace("\r\n", "\n", StringComparison.Ordinal), cancel);
    }
}
