using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>What follows an attempt: bounces for what failed, the next attempt for what waits, completion when nothing is left.</summary>
sealed class MessageEnding(ISpool spool, QueueRules rules, MessageIdSource ids)
{
    /// <summary>Returns when the message is due again, or null.</summary>
    public async ValueTask<DateTimeOffset?> FinishAsync(AttemptRecord record, RoutingResult? routing, CancellationToken cancel)
    {
        var stored = record.Stored;
        var id = stored.Envelope.Id;
        if (record.Successes.Count > 0 || routing is not null) await new SuccessReports(spool, rules, ids).SendAsync(record, routing, cancel).ConfigureAwait(false);
        if (record.Failures.Count > 0 && !await TellSendersAsync(record, cancel).ConfigureAwait(false)) return null;
        if (routing is not null) await record.CloseParentsAsync(routing, cancel).ConfigureAwait(false);
        if (record.IsComplete)
        {
            var how = record.Failures.Count > 0 || stored.State.SomeFailed ? Ending.Bounced : Ending.Delivered;
            await spool.RecordAsync(id, [new SpoolChange.Completed(how)], durable: false, cancel).ConfigureAwait(false);
            rules.Environment.Log.Main(id, QueueLog.Completed);
            return null;
        }
        if (record.Failures.Count > 0 && !stored.State.SomeFailed) await spool.RecordAsync(id, [new SpoolChange.RecipientFailed()], durable: false, cancel).ConfigureAwait(false);
        if (record.FreezeRequested)
        {
            await FreezeAsync(record, QueueLog.Frozen, "", cancel).ConfigureAwait(false);
            return null;
        }
        if (record.IsParked) return await StayAsync(record, cancel).ConfigureAwait(false);
        await new DelayWarnings(spool, rules, ids).SendAsync(record, cancel).ConfigureAwait(false);
        return await WaitAsync(record, cancel).ConfigureAwait(false);
    }

    async ValueTask<DateTimeOffset?> WaitAsync(AttemptRecord record, CancellationToken cancel)
    {
        // What is only announced (a parent whose children wait) has no time of its own, unless nothing else has.
        var times = record.Deferrals.Values.Where(d => d.Error is not (AttemptRecord.Pending or AttemptRecord.Held)).Select(d => d.NextTry).ToList();
        if (times.Count == 0 && record.Deferrals.Values.Any(d => d.Error == AttemptRecord.Held)) return await WaitForRunAsync(record, cancel).ConfigureAwait(false);
        var next = times.DefaultIfEmpty(record.Deferrals.Count > 0 ? record.Now : record.Now + rules.Options.RetryIntervalMax).Min();
        // A time that has passed (a host error without a clock of its own) must not make a busy loop.
        if (next <= record.Now) next = record.Now + ShortestWait;
        // A warning does not wait for the next attempt, which may be hours away.
        if (new DelayWarnings(spool, rules, ids).Next(record) is { } warning && warning > record.Now && warning < next) next = warning;
        await spool.RecordAsync(record.Stored.Envelope.Id, [new SpoolChange.Attempted(record.Now, next)], durable: false, cancel).ConfigureAwait(false);
        return next;
    }

    /// <summary>What rules keep back waits for the next queue run.</summary>
    async ValueTask<DateTimeOffset?> WaitForRunAsync(AttemptRecord record, CancellationToken cancel)
    {
        if (record.HasChanged || record.Stored.State.NextAttempt != DateTimeOffset.MaxValue)
            await spool.RecordAsync(record.Stored.Envelope.Id, [new SpoolChange.Attempted(record.Now, DateTimeOffset.MaxValue)], durable: false, cancel).ConfigureAwait(false);
        return null;
    }

    /// <summary>The message is tried again as soon as its turn comes; after a crash at once.</summary>
    async ValueTask<DateTimeOffset?> StayAsync(AttemptRecord record, CancellationToken cancel)
    {
        if (record.HasChanged) await spool.RecordAsync(record.Stored.Envelope.Id, [new SpoolChange.Attempted(record.Now, record.Now)], durable: false, cancel).ConfigureAwait(false);
        return record.Now;
    }

    /// <summary>Between two attempts at the same message that no retry rule asks for.</summary>
    static readonly TimeSpan ShortestWait = TimeSpan.FromMinutes(1);

    /// <summary>Who is to know of it is told first: the notice then survives a crash as the message does.</summary>
    async ValueTask FreezeAsync(AttemptRecord record, string logged, string why, CancellationToken cancel)
    {
        var id = record.Stored.Envelope.Id;
        await new FrozenNotices(spool, rules, ids).SendAsync(record, why, cancel).ConfigureAwait(false);
        await spool.RecordAsync(id, [new SpoolChange.Frozen(record.Now)], durable: false, cancel).ConfigureAwait(false);
        rules.Environment.Log.Main(id, logged);
    }

    /// <summary>False when the message was frozen because it is a bounce itself. A bounce is durable before the failure is recorded as dealt with.</summary>
    async ValueTask<bool> TellSendersAsync(AttemptRecord record, CancellationToken cancel)
    {
        var sender = DeliveryContext.SenderOf(record.Stored).ToString();
        foreach (var group in record.Failures.GroupBy(f => f.ErrorsTo ?? sender))
        {
            FailedAddress[] told = [.. group.Where(f => WantedReports.OfFailure(record.Stored, f.Address.Top.Address))];
            if (group.Key.Length > 0 && told.Length == 0) { /* NOTIFY says that nobody wants to know */ }
            else if (group.Key.Length > 0)
                await new BounceBuilder(spool, rules, ids).SendAsync(record, MailAddress.Split(group.Key), told, cancel).ConfigureAwait(false);
            else if (group.Any(f => f.ErrorsTo is null) && DoubleBounceTo(group) is { } postmaster)
                await new BounceBuilder(spool, rules, ids).SendAsync(record, postmaster, [.. group], cancel).ConfigureAwait(false);
            else if (group.Any(f => f.ErrorsTo is null) && !await GiveUpBounceAsync(record, [.. group], cancel).ConfigureAwait(false))
                return false;
            await record.DoneAsync([.. group.Select(f => f.Address.Key).Distinct()], cancel).ConfigureAwait(false);
        }
        return true;
    }

    /// <summary>A bounce that cannot be delivered is frozen until ignore_bounce_errors_after has passed since it came, then dropped. True: dropped.</summary>
    async ValueTask<bool> GiveUpBounceAsync(AttemptRecord record, IReadOnlyList<FailedAddress> failures, CancellationToken cancel)
    {
        var id = record.Stored.Envelope.Id;
        if (record.Now - record.Stored.Envelope.ReceivedAt < rules.Options.IgnoreBounceErrorsAfter)
        {
            await FreezeAsync(record, QueueLog.FrozenBounce, "(delivery error message)", cancel).ConfigureAwait(false);
            return false;
        }
        foreach (var failure in failures) rules.Environment.Log.Main(id, QueueLog.BounceDropped(failure.Address.Address.ToString()));
        return true;
    }

    /// <summary>double_bounce_to, unless it is that address that failed: a bounce about it would come back for ever.</summary>
    MailAddress? DoubleBounceTo(IEnumerable<FailedAddress> failures) =>
        rules.Options.DoubleBounceTo is { Length: > 0 } text && MailAddress.Split(text) is var to && !failures.Any(f => f.Address.Top.Address.SameAs(to) || f.Address.Address.SameAs(to)) ? to : null;
}
