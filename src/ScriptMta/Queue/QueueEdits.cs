using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>What administrators do to messages (-Mf, -Mt, -Mrm, -Mg, -Mar, -Mes, -Mmd and the verbs of queue): durable before the answer, logged with who did it, in Exim's words.</summary>
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

    /// <summary>Nobody is told: a bounce that is given up.</summary>
    public async ValueTask DropAsync(MessageId id, string by, CancellationToken cancel)
    {
        Log.Main(id, $"cancelled by {by}");
        await spool.RecordAsync(id, [new SpoolChange.Completed(Ending.Removed)], durable: true, cancel).ConfigureAwait(false);
        Log.Main(id, QueueLog.Completed);
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

    /// <summary>Removes a message so that the removal can be taken back until then.</summary>
    public async ValueTask<EditAnswer> SetAsideAsync(MessageId id, DateTimeOffset until, string by, CancellationToken cancel)
    {
        if (until <= Now) return await RemoveAsync(id, by, cancel).ConfigureAwait(false);
        if (spool.Find(id) is null) return Gone;
        await spool.RecordAsync(id, [new SpoolChange.SetAside(until)], durable: true, cancel).ConfigureAwait(false);
        Log.Main(id, $"removed by {by}, kept until {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC");
        return EditAnswer.Made("has been removed");
    }

    public async ValueTask<EditAnswer> RestoreAsync(MessageId id, string by, CancellationToken cancel)
    {
        if (spool.Find(id) is not null) return EditAnswer.Not("is in the queue");
        if (spool.Summary(id) is not { State.SetAsideUntil: not null }) return EditAnswer.Not("is gone for good");
        await spool.RecordAsync(id, [new SpoolChange.Restored()], durable: true, cancel).ConfigureAwait(false);
        Log.Main(id, $"removal taken back by {by}");
        return EditAnswer.Made("is in the queue again");
    }

    /// <summary>Lets go of removed messages whose time is over.</summary>
    public async ValueTask DropSetAsideAsync(CancellationToken cancel)
    {
        foreach (var entry in spool.SetAside().Where(e => e.NextAttempt <= Now))
        {
            await spool.RecordAsync(entry.Id, [new SpoolChange.Completed(Ending.Removed)], durable: false, cancel).ConfigureAwait(false);
            Log.Main(entry.Id, QueueLog.Completed);
        }
    }

    public async ValueTask<EditAnswer> GiveUpAsync(MessageId id, string by, CancellationToken cancel)
    {
        if (await spool.ReadAsync(id, cancel).ConfigureAwait(false) is not { } stored) return Gone;
        if (DeliveryContext.SenderOf(stored).IsNull)
        {
            await DropAsync(id, by, cancel).ConfigureAwait(false);
            return EditAnswer.Made("has been given up");
        }
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

    /// <summary>Each waiting recipient that the map has another address for is replaced; nothing to replace is no error. The same backwards takes it back.</summary>
    public async ValueTask<EditAnswer> ReplaceRecipientsAsync(MessageId id, Func<MailAddress, MailAddress?> replacement, string by, CancellationToken cancel)
    {
        if (spool.Find(id) is null || spool.Summary(id) is not { } stored) return Gone;
        var changes = new List<SpoolChange>();
        var notes = new List<string>();
        foreach (var recipient in stored.AllRecipients)
        {
            if (stored.State.DoneKeys.Contains(KeyOf(recipient.Address)) || replacement(recipient.Address) is not { } other || other == recipient.Address) continue;
            changes.Add(new SpoolChange.Done(KeyOf(recipient.Address)));
            changes.Add(stored.AllRecipients.Any(r => r.Address.SameAs(other)) ? new SpoolChange.Undone(KeyOf(other)) : new SpoolChange.RecipientAdded(recipient with { Address = other }));
            notes.Add($"recipient <{recipient.Address}> changed to <{other}> by {by}");
        }
        if (changes.Count == 0) return EditAnswer.Not("has no such recipient that waits");
        await spool.RecordAsync(id, changes, durable: true, cancel).ConfigureAwait(false);
        foreach (var note in notes) Log.Main(id, note);
        return Modified;
    }

    /// <summary>What the message waits for is forgotten: its addresses are routed as if for the first time.</summary>
    public async ValueTask<EditAnswer> ForgetDelaysAsync(MessageId id, string by, CancellationToken cancel)
    {
        if (spool.Find(id) is null || spool.Summary(id) is not { } stored) return Gone;
        SpoolChange[] changes = [.. stored.State.Deferrals.Keys.Select(static k => new SpoolChange.Forgotten(k)), new SpoolChange.Attempted(Now, Now)];
        await spool.RecordAsync(id, changes, durable: true, cancel).ConfigureAwait(false);
        Log.Main(id, $"to be routed again, by {by}");
        return EditAnswer.Made("will be routed again");
    }

    /// <summary>Null: all recipients (-Mmad). Addresses are compared with case, and one that is no recipient leaves all as it was, as in Exim.</summary>
    public async ValueTask<EditAnswer> MarkDeliveredAsync(MessageId id, IReadOnlyList<MailAddress>? addresses, string by, CancellationToken cancel)
    {
        if (spool.Find(id) is null || spool.Summary(id) is not { } stored) return Gone;
        IReadOnlyList<MailAddress> marked = addresses ?? [.. stored.AllRecipients.Select(static r => r.Address)];
        foreach (var address in marked)
            if (!stored.AllRecipients.Any(r => r.Address == address)) return EditAnswer.Not($"- error while marking as delivered:\n  {address} is not a recipient: message not updated");
        await spool.RecordAsync(id, [.. marked.Select(static a => new SpoolChange.Done(KeyOf(a)))], durable: true, cancel).ConfigureAwait(false);
        foreach (var address in marked) Log.Main(id, $"address <{address}> marked delivered by {by}");
        return Modified;
    }

    static string KeyOf(MailAddress address) => new RoutedAddress { Address = address }.Key;
}
