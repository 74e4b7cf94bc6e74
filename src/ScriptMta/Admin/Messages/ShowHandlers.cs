using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Admin;

/// <summary>-Mvh, -Mvb and -Mvc, and what -Mset needs: a queued message for administrators to read.</summary>
sealed class ShowHandlers(AdminServices services)
{
    public IEnumerable<AdminCommand> Commands() =>
    [
        // Whole, as we keep it.
        new("show-headers", true, (call, cancel) => ShowAsync(call, NotThere, async message =>
        {
            await call.Output.OutAsync(EnvelopeText(message), cancel);
            await call.Output.OutAsync(message.Headers.ToText(), cancel);
        }, cancel)),
        new("show-body", true, (call, cancel) => ShowAsync(call, NotThere, message => CopyBodyAsync(message.Envelope.Id, call.Output, cancel), cancel)),
        new("show-message", true, (call, cancel) => ShowAsync(call, static id => $"Spool data file for {id} does not exist\n", async message =>
        {
            await call.Output.OutAsync((message.State.EditedHeaders ?? message.Headers).ToText() + "\n", cancel);
            await CopyBodyAsync(message.Envelope.Id, call.Output, cancel);
        }, cancel)),
        // As Exim's spool files have it.
        new("header-file", true, (call, cancel) => ShowAsync(call, static id => $"Failed to open input file for {id}-H: No such file or directory\n",
            message => call.Output.OutAsync(HeaderFileText.Of(message), cancel), cancel)),
        new("data-file", true, (call, cancel) => ShowAsync(call, static id => $"Failed to open input file for {id}-D: No such file or directory\n", async message =>
        {
            await call.Output.OutAsync($"{message.Envelope.Id}-D\n", cancel);
            await CopyBodyAsync(message.Envelope.Id, call.Output, cancel);
        }, cancel)),
        new("message-log", true, (call, cancel) => ShowAsync(call, static id => $"Failed to open msglog file for {id}: No such file or directory\n",
            message => call.Output.OutAsync(MessageLogText.Of(message, services.Spool.History(message.Envelope.Id) ?? new(message.State, [])), cancel), cancel)),
    ];

    static string NotThere(string id) => $"Message {id} does not exist\n";

    async ValueTask<int> ShowAsync(AdminCall call, Func<string, string> missing, Func<StoredMessage, ValueTask> show, CancellationToken cancel)
    {
        foreach (var text in call.Request.Arguments)
        {
            if (MessageId.TryParse(text, out var id) && await services.Spool.ReadAsync(id, cancel) is { } message) await show(message);
            else
            {
                await call.Output.OutAsync(missing(text), cancel);
                return ExitCode.Failure;
            }
        }
        return ExitCode.Ok;
    }

    static string EnvelopeText(StoredMessage message)
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
