using System.Collections.Concurrent;
using ScriptMta.Expansion;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>The turns of one attempt's deliveries: asks for them, tells destinations how they went, and knows at the end what the message waits for. Thread-safe.</summary>
sealed class GroupTurns(Destinations destinations, QueueRules rules, TurnPass pass, WorkShare share)
{
    readonly ConcurrentDictionary<string, Destination> _waitsAt = new(StringComparer.Ordinal);
    volatile Destination? _parkedAt;

    public Destination? ParkedAt => _parkedAt;

    /// <summary>Null: the group is not delivered now, because the message is parked for it or its destination is closed.</summary>
    public async ValueTask<IReadOnlyList<DeliveryOutcome>?> RunAsync(DeliveryGroup group, AttemptRecord record, Func<DestinationLimit?, ValueTask<IReadOnlyList<DeliveryOutcome>>> deliver, CancellationToken cancel)
    {
        var name = DestinationName.Of(group);
        var terms = TermsOf(name, group, record, out var limit);
        var place = destinations.Of(name, terms);
        var admitted = await AdmitAsync(place, cancel).ConfigureAwait(false);
        if (admitted.Refusal is { } refusal) await RefusedAsync(group, place, record, refusal, cancel).ConfigureAwait(false);
        else if (admitted.IsParked) _parkedAt = place;
        if (admitted.Turn is not { } turn) return null;
        var result = (Result: TurnResult.NotTried, Error: "");
        try
        {
            var outcomes = await deliver(limit).ConfigureAwait(false);
            result = ResultOf(outcomes);
            Note(outcomes, place, record);
            return outcomes;
        }
        finally { turn.End(result.Result, result.Error); }
    }

    DestinationTerms TermsOf(DestinationName name, DeliveryGroup group, AttemptRecord record, out DestinationLimit? limit)
    {
        limit = null;
        var suspended = rules.Suspensions.Reason(name);
        if (rules.Options.Limits.IsEmpty && group.Transport.Options.MaxParallel is null) return DestinationTerms.Usual with { Suspended = suspended };
        var context = record.Context();
        limit = rules.Options.Limits.Find(name, context);
        TurnPool?[] pools = [limit?.Pool, rules.Options.Limits.OfTransport(group.Transport.Options, context)];
        return new([.. pools.OfType<TurnPool>()], limit is { Connections: > 0 } ? limit.Connections : Destinations.MostForOne, suspended);
    }

    /// <summary>Who waits for a turn does not work. (Remote deliveries have left their share before.)</summary>
    async ValueTask<Admission> AdmitAsync(Destination place, CancellationToken cancel)
    {
        var asked = destinations.AdmitAsync(place, pass, cancel);
        if (asked.IsCompleted || !place.Name.IsLocal) return await asked.ConfigureAwait(false);
        share.Leave();
        try { return await asked.ConfigureAwait(false); }
        finally { share.Return(); }
    }

    async ValueTask RefusedAsync(DeliveryGroup group, Destination place, AttemptRecord record, string refusal, CancellationToken cancel)
    {
        foreach (var plan in group.Recipients)
        {
            _waitsAt[plan.Address.Key] = place;
            var line = QueueLog.Deferred(new(plan.Address, plan.Router, plan.Transport, AttemptRecord.Closed, refusal, "", ClosedErrno, plan.ErrorsTo), rules.Environment.Log.Options);
            await record.KeepBackAsync(plan.Address, AttemptRecord.Closed, refusal, record.Now + Destinations.LongestRest, line, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>What the log shows for a delay that no system call is to blame for.</summary>
    const int ClosedErrno = -1;

    static (TurnResult, string) ResultOf(IReadOnlyList<DeliveryOutcome> outcomes)
    {
        string? broken = null, notTried = null;
        foreach (var outcome in outcomes)
            if (outcome is not DeliveryOutcome.Deferred deferred || !IsHostsFault(deferred)) return (TurnResult.Worked, "");
            else if (deferred.NotTried) notTried = deferred.Text;
            else broken = deferred.Text;
        return broken is not null ? (TurnResult.Broken, broken) : (TurnResult.NotTried, notTried ?? "");
    }

    /// <summary>A server that will not have this message now answers others.</summary>
    static bool IsHostsFault(DeliveryOutcome.Deferred deferred) =>
        deferred.NotTried || deferred.IsHostError && !deferred.Error.StartsWith("mail_", StringComparison.Ordinal) && !deferred.Error.StartsWith("data_", StringComparison.Ordinal);

    void Note(IReadOnlyList<DeliveryOutcome> outcomes, Destination place, AttemptRecord record)
    {
        foreach (var outcome in outcomes)
        {
            if (outcome is DeliveryOutcome.Deferred deferred && IsHostsFault(deferred)) _waitsAt[outcome.Recipient.Address.Key] = place;
            if (!rules.Options.BackOffs.IsEmpty && ReplyOf(outcome) is { } reply) Obey(reply, place, record);
        }
    }

    static string? ReplyOf(DeliveryOutcome outcome) => outcome switch
    {
        DeliveryOutcome.Deferred deferred => deferred.SmtpReply,
        DeliveryOutcome.Failed failed => failed.SmtpReply,
        _ => null,
    };

    void Obey(string reply, Destination place, AttemptRecord record)
    {
        if (rules.Options.BackOffs.Find(reply, place.Name, record.Context()) is not { } how || !destinations.SlowDown(place, how, reply.Split('\n')[0])) return;
        rules.Environment.Log.Main(null, QueueLog.SlowedDown(place.Name.Shown, how, reply.Split('\n')[0]));
    }

    /// <summary>The destination whose fault is all that these addresses wait for; null when there is more to it.</summary>
    public Destination? FaultOf(IEnumerable<string> deferred)
    {
        Destination? all = null;
        foreach (var key in deferred)
            if (!_waitsAt.TryGetValue(key, out var place) || (all is not null && all != place)) return null;
            else all = place;
        return all;
    }
}
