using System.Collections.Concurrent;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>The turns of one attempt's deliveries: asks for them, tells destinations how they went, and knows at the end what the message waits for. Thread-safe.</summary>
sealed class GroupTurns(Destinations destinations, TurnPass pass, WorkShare share)
{
    readonly ConcurrentDictionary<string, Destination> _waitsAt = new(StringComparer.Ordinal);
    volatile Destination? _parkedAt;

    public Destination? ParkedAt => _parkedAt;

    /// <summary>Null: the group is not delivered now, because the message is parked for it.</summary>
    public async ValueTask<IReadOnlyList<DeliveryOutcome>?> RunAsync(DeliveryGroup group, Func<ValueTask<IReadOnlyList<DeliveryOutcome>>> deliver, CancellationToken cancel)
    {
        var place = destinations.Of(DestinationName.Of(group));
        var admitted = await AdmitAsync(place, cancel).ConfigureAwait(false);
        if (admitted.IsParked)
        {
            _parkedAt = place;
            return null;
        }
        if (admitted.Turn is not { } turn) return [.. group.Recipients.Select(r => new DeliveryOutcome.Deferred(r, Outcomes.Local, admitted.Refusal!) { Errno = ClosedErrno, NotTried = true, IsHostError = true })];
        var result = (Result: TurnResult.NotTried, Error: "");
        try
        {
            var outcomes = await deliver().ConfigureAwait(false);
            result = ResultOf(outcomes);
            Note(outcomes, place);
            return outcomes;
        }
        finally { turn.End(result.Result, result.Error); }
    }

    /// <summary>As Exim shows what it has decided itself not to deliver now.</summary>
    const int ClosedErrno = -1;

    /// <summary>Who waits for a turn does not work. (Remote deliveries have left their share before.)</summary>
    async ValueTask<Admission> AdmitAsync(Destination place, CancellationToken cancel)
    {
        var asked = destinations.AdmitAsync(place, pass, cancel);
        if (asked.IsCompleted || !place.Name.IsLocal) return await asked.ConfigureAwait(false);
        share.Leave();
        try { return await asked.ConfigureAwait(false); }
        finally { share.Return(); }
    }

    static (TurnResult, string) ResultOf(IReadOnlyList<DeliveryOutcome> outcomes)
    {
        string? broken = null, notTried = null;
        foreach (var outcome in outcomes)
            if (outcome is not DeliveryOutcome.Deferred deferred || !(deferred.IsHostError || deferred.NotTried)) return (TurnResult.Worked, "");
            else if (deferred.NotTried) notTried = deferred.Text;
            else broken = deferred.Text;
        return broken is not null ? (TurnResult.Broken, broken) : (TurnResult.NotTried, notTried ?? "");
    }

    void Note(IReadOnlyList<DeliveryOutcome> outcomes, Destination place)
    {
        foreach (var outcome in outcomes)
            if (outcome is DeliveryOutcome.Deferred deferred && (deferred.IsHostError || deferred.NotTried)) _waitsAt[outcome.Recipient.Address.Key] = place;
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
