using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>What administrators do to messages (-Mf, -Mt, -Mrm, -Mg, -Mar, -Mes, -Mmd): durable before the answer, logged with who did it, in Exim's words.</summary>
sealed class QueueEdits(ISpool spool, Func<QueueRules> rules, MessageIdSource ids)
{
    static readonly EditAnswer Gone = EditAnswer.Not("does not exist");
    static readonly EditAnswer Modified = EditAnswer.Made("has been modified");

    Logging.MailLog Log => rules().Environment.Log;
    DateTimeOffset Now => rules().Environment.Clock.GetUtcNow();

    public async ValueTask<EditAnswer> FreezeAsync(MessageId id, string by, CancellationToken cancel)
    {
        if (spool.Find(id) is not { } entry) return Gone;
        if (entry.Frozen) return EditAnswer.Not("is already frozen");
        await spool.RecordAsync(id, [new SpoolChange.Frozen(Now)], durable: true, cancel).ConfigureAwait(false);
        Log.Main(id, $"frozen by {by}");
        return EditAnswer.Made("is now frozen");
    }

    public async ValueTask<EditAnswer> ThawAsync(MessageId id, string by, CancellationToken cancel)
    {
        if (spool.Find(id) is not { } entry) return Gone;
        if (!entry.Frozen) return EditAnswer.Not("is not frozen");
        await spool.RecordAsync(id, [new SpoolChange.Thawed()], durable: true, cancel).ConfigureAwait(false);
        Log.Main(id, $"unfrozen by {by}");
        return EditAnswer.Made("is no longer frozen");
    }

    public async ValueTask<EditAnswer> RemoveAsync(MessageId id, string by, CancellationToken cancel)
    {
        if (spool.Find(id) is null) return Gone;
        await spool.RecordAsync(id, [new SpoolChange.Completed(Ending.Removed)], durable: true, cancel).ConfigureAwait(false);
        Log.Main(id, $"removed by {by}");
        Log.Main(id, QueueLog.Completed);
        return EditAnswer.Made("has been removed");
    }

    /// <summary>What has been frozen for too long (timeout_frozen_after) goes back to its sender without a reason; a bounce is dropped.</summary>
    public async ValueTask TimeOutAsync(MessageId id, CancellationToken cancel)
    {
        if (await spool.ReadAsync(id, cancel).ConfigureAwait(false) is not { } stored) return;
        Log.Main(id, "cancelled by timeout_frozen_after");
        var record = new AttemptRecord(stored, spool, rules(), Now, forced: true);
        if (!DeliveryContext.SenderOf(stored).IsNull)
            foreach (var recipient in record.Remaining())
                record.GivenUp(new FailedAddress(new RoutedAddress { Address = recipient.Address, ErrorsTo = recipient.ErrorsTo }, null, null, "frozen for too long", "", "", null, "5.4.7", null, recipient.ErrorsTo));
        // What had been made of a recipient and still waits goes with it.
        if (record.Deferrals.Count > 0) await record.DoneAsync([.. record.Deferrals.Keys], cancel).ConfigureAwait(false);
        if (record.Failures.Count == 0) await record.DoneAsync([.. record.Remaining().Select(r => new RoutedAddress { Address = r.Address }.Key)], cancel).ConfigureAwait(false);
        await new MessageEnding(spool, rules(), ids).FinishAsync(record, null, cancel).ConfigureAwait(false);
    }

    public async ValueTask<EditAnswer> GiveUpAsync(MessageId id, string by, CancellationToken cancel)
    {
        if (await spool.ReadAsync(id, cancel).ConfigureAwait(false) is not { } stored) return Gone;
        var record = new AttemptRecord(stored, spool, rules(), Now, forced: true);
        foreach (var recipient in record.Remaining())
            record.Failed(new FailedAddress(new RoutedAddress { Address = recipient.Address, ErrorsTo = recipient.ErrorsTo }, null, null, "delivery cancelled by administrator", null, "", null, "5.0.0", null, recipient.ErrorsTo));
        Log.Main(id, $"cancelled by {by}");
        await new MessageEnding(spool, rules(), ids).FinishAsync(record, null, cancel).ConfigureAwait(false);
        if (spool.Find(id) is { Frozen: true }) await RemoveAsync(id, by, cancel).ConfigureAwait(false);
        return EditAnswer.Made("has been given up: its sender will be told");
    }

    public async ValueTask<EditAnswer> AddRecipientsAsync(MessageId id, IReadOnlyList<MailAddress> recipients, string by, CancellationToken cancel)
    {
        if (spool.Find(id) is null) return Gone;
        await spool.RecordAsync(id, [.. recipients.Select(r => new SpoolChange.RecipientAdded(new Recipient(r)))], durable: true, cancel).ConfigureAwait(false);
        foreach (var recipient in recipients) Log.Main(id, $"recipient <{recipient}> added by {by}");
        return Modified;
    }

    public async ValueTask<EditAnswer> EditSenderAsync(MessageId id, MailAddress sender, string by, CancellationToken cancel)
    {
        if (spool.Find(id) is null) return Gone;
        await spool.RecordAsync(id, [new SpoolChange.SenderEdited(sender)], durable: true, cancel).ConfigureAwait(false);
        Log.Main(id, $"sender address changed to <{sender}> by {by}");
        return Modified;
    }

    public async ValueTask<EditAnswer> MarkDeliveredAsync(MessageId id, MailAddress? recipient, string by, CancellationToken cancel)
    {
        if (await spool.ReadAsync(id, cancel).ConfigureAwait(false) is not { } stored) return Gone;
        var keys = DeliveryContext.RecipientsOf(stored).Where(r => recipient is not { } one || r.Address.SameAs(one)).Select(r => new RoutedAddress { Address = r.Address }.Key).ToList();
        if (keys.Count == 0) return EditAnswer.Not($"- error while marking as delivered:\n  {recipient} is not a recipient: message not updated");
        await spool.RecordAsync(id, [.. keys.Select(k => new SpoolChange.Done(k))], durable: true, cancel).ConfigureAwait(false);
        foreach (var marked in DeliveryContext.RecipientsOf(stored).Where(r => recipient is not { } one || r.Address.SameAs(one))) Log.Main(id, $"address <{marked.Address}> marked delivered by {by}");
        return Modified;
    }
}
