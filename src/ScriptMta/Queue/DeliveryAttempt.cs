using System.Collections.Immutable;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>
/// One attempt at one message: routes the recipients that are left, groups them, runs the transports, records outcomes, and ends with a bounce, a wait or
/// completion. What is not certain when it is cancelled stays queued.
/// </summary>
sealed class DeliveryAttempt(ISpool spool, QueueRules rules, MessageIdSource ids, UnrecordedOutcomes unrecorded, GroupTurns turns, WorkShare share)
{
    /// <summary>Local deliveries of one message at once: enough for the syncs of an alias's mailboxes to share a journal commit of the disk.</summary>
    const int LocalParallel = 16;

    /// <summary>Nothing follows when the message has left the queue or waits for an administrator.</summary>
    /// <param name="forced">Retry times and frozen state do not count: an administrator asked.</param>
    public async ValueTask<AfterTry> RunAsync(MessageId id, TryKind kind, bool forced, CancellationToken cancel)
    {
        if (await spool.ReadAsync(id, cancel).ConfigureAwait(false) is not { } stored) return default;
        if (stored.State.FrozenSince is not null)
        {
            if (!forced) return default;
            await spool.RecordAsync(id, [new SpoolChange.Thawed()], durable: false, cancel).ConfigureAwait(false);
            rules.Environment.Log.Main(id, QueueLog.ForceThawed);
            if (await spool.ReadAsync(id, cancel).ConfigureAwait(false) is not { } thawed) return default;
            stored = thawed;
        }
        var record = new AttemptRecord(stored, spool, rules, rules.Environment.Clock.GetUtcNow(), forced, unrecorded, kind == TryKind.Recalled);
        var ending = new MessageEnding(spool, rules, ids);
        RoutingResult? routing = null;
        if (IsLoop(stored)) FailAll(record, "Too many \"Received\" headers - suspected mail loop");
        else routing = await DeliverAsync(record, new HoldCheck(record, rules, forced, kind != TryKind.First), cancel).ConfigureAwait(false);
        record.IsParked = turns.ParkedAt is not null;
        var next = await ending.FinishAsync(record, routing, cancel).ConfigureAwait(false);
        return next is null ? default : turns.ParkedAt is { } place ? new(null, place, IsParked: true) : new(next, turns.FaultOf(record.Deferrals.Keys));
    }

    bool IsLoop(StoredMessage stored) => stored.Headers.All("Received").Count() > rules.Options.ReceivedHeadersMax;

    static void FailAll(AttemptRecord record, string text)
    {
        foreach (var recipient in record.Remaining())
            record.Failed(new FailedAddress(new RoutedAddress { Address = recipient.Address, ErrorsTo = recipient.ErrorsTo }, null, null, text, null, "", null, "5.4.6", null, recipient.ErrorsTo));
    }

    async ValueTask<RoutingResult?> DeliverAsync(AttemptRecord record, HoldCheck holds, CancellationToken cancel)
    {
        var filtered = await new SystemFilter(record, spool, rules, record.Context()).RunAsync(cancel).ConfigureAwait(false);
        var addresses = await holds.AddressesAsync(await record.DueAsync(filtered.Addresses, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        var generated = filtered.Generated.Where(g => record.IsDue(g.Address.Key) && !record.DoneKeys.Contains(g.Address.Key)).ToList();
        if (addresses.Count + generated.Count == 0) return null;
        var result = await rules.Router.RouteAsync(addresses, record.Context(), RoutingPurpose.Delivery, record.DoneKeys, cancel).ConfigureAwait(false);
        record.NoteLists(result);
        // A recipient that is done is routed again only for the sake of a copy that waits: what it came to before does not count twice.
        var fresh = result.Outcomes.Where(o => !record.DoneKeys.Contains(o.Address.Key)).ToList();
        foreach (var outcome in fresh) await TakeRoutingAsync(record, outcome, cancel).ConfigureAwait(false);
        var planned = fresh.OfType<AddressOutcome.Deliver>().Select(d => d.Delivery).Where(d => record.IsDue(d.Address.Key));
        var due = await holds.DeliveriesAsync(await record.DueAsync([.. generated, .. planned], cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        await RunGroupsAsync(record, DeliveryGroups.Of(rules.Options.RemoteOrder.Sort(due, record.Context), rules.Transports, record.Context), cancel).ConfigureAwait(false);
        if (addresses.Count == filtered.Addresses.Count) await record.DropStaleAsync(result, filtered.Generated, cancel).ConfigureAwait(false);
        return result;
    }

    static async ValueTask TakeRoutingAsync(AttemptRecord record, AddressOutcome outcome, CancellationToken cancel)
    {
        switch (outcome)
        {
            case AddressOutcome.Discarded discarded: await record.DiscardedAsync(discarded.Address, discarded.Router, cancel).ConfigureAwait(false); break;
            case AddressOutcome.Deferred deferred: await record.RoutingDeferredAsync(deferred, cancel).ConfigureAwait(false); break;
            case AddressOutcome.Failed failed:
                record.Failed(new FailedAddress(failed.Address, failed.Router, null, failed.Text, null, "", failed.SmtpReply, "5.0.0", null, failed.Address.ErrorsTo));
                break;
        }
    }

    async ValueTask RunGroupsAsync(AttemptRecord record, IReadOnlyList<DeliveryGroup> groups, CancellationToken cancel)
    {
        if (groups.Count == 0) return;
        foreach (var kind in groups.GroupBy(g => g.Transport.Options.IsLocal))
            if (kind.Key) await RunAsync(record, [.. kind], LocalParallel, cancel).ConfigureAwait(false);
            else await RunRemoteAsync(record, [.. kind], cancel).ConfigureAwait(false);
    }

    /// <summary>While it waits for servers, others may work.</summary>
    async ValueTask RunRemoteAsync(AttemptRecord record, IReadOnlyList<DeliveryGroup> groups, CancellationToken cancel)
    {
        share.Leave();
        try { await RunAsync(record, groups, rules.Options.RemoteMaxParallel, cancel).ConfigureAwait(false); }
        finally { share.Return(); }
    }

    async ValueTask RunAsync(AttemptRecord record, IReadOnlyList<DeliveryGroup> groups, int most, CancellationToken cancel)
    {
        if (groups.Count == 1) await RunGroupAsync(record, groups[0], cancel).ConfigureAwait(false);
        else
            await Parallel.ForEachAsync(groups, new ParallelOptions { MaxDegreeOfParallelism = most, CancellationToken = cancel },
                (group, token) => RunGroupAsync(record, group, token)).ConfigureAwait(false);
    }

    async ValueTask RunGroupAsync(AttemptRecord record, DeliveryGroup group, CancellationToken cancel)
    {
        var stored = record.Stored;
        var context = record.Context();
        var returnPath = group.Recipients[0].ErrorsTo ?? DeliveryContext.SenderOf(stored).ToString();
        context.Message.ReturnPath = returnPath;
        var retries = record.Retries.ForJob(group);
        TransportJob JobOf(DestinationLimit? limit) => new()
        {
            Id = stored.Envelope.Id,
            Headers = record.Headers,
            BodyLength = stored.BodyLength,
            OpenBody = token => spool.OpenBodyAsync(stored.Envelope.Id, token),
            Recipients = group.Recipients,
            ReturnPath = returnPath,
            Context = context,
            Hints = retries.Hints,
            ConnectionMessages = limit?.Messages ?? 0,
            Source = limit?.Sources is { } sources ? family => sources.Draw(family, rules.Environment.Random) : null,
            Submit = SubmitAsync,
            Reports = WantedReports.Requests(record),
        };
        var began = rules.Environment.Clock.GetTimestamp();
        if (await turns.RunAsync(group, record, limit => OutcomesAsync(group, JobOf(limit), cancel), cancel).ConfigureAwait(false) is not { } outcomes) return;
        await record.TakeAsync(outcomes, group.Transport.Options, retries, returnPath, rules.Environment.Clock.GetElapsedTime(began), CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>A defect in one delivery must not keep the message's others from theirs: its recipients wait, by the retry rules.</summary>
    async ValueTask<IReadOnlyList<DeliveryOutcome>> OutcomesAsync(DeliveryGroup group, TransportJob job, CancellationToken cancel)
    {
        IReadOnlyList<DeliveryOutcome> outcomes = [];
        var why = "the transport did not say what became of it";
        Smtp.Conversation.Begin(job.Id);
        try { outcomes = await group.Transport.DeliverAsync(job, cancel).ConfigureAwait(false); }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested) { throw; }
#pragma warning disable CA1031 // Reported as a defect; the recipients stay queued.
        catch (Exception error)
#pragma warning restore CA1031
        {
            why = $"internal error: {error.Message}";
            rules.Environment.Log.Panic(job.Id, QueueLog.TransportFailed(group.Transport.Options.Name, error));
        }
        var told = outcomes.Select(o => o.Recipient.Address.Key).ToHashSet(StringComparer.Ordinal);
        return [.. outcomes, .. group.Recipients.Where(r => !told.Contains(r.Address.Key)).Select(r => new DeliveryOutcome.Deferred(r, "internal", why))];
    }

    ValueTask<MessageId> SubmitAsync(MailAddress sender, ImmutableArray<MailAddress> recipients, HeaderSection headers, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        new OwnMessages(spool, rules, ids).CommitAsync(sender, recipients, headers, body, null, cancel);
}
