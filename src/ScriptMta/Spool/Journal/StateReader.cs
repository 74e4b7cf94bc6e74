namespace ScriptMta.Spool;

/// <summary>
/// Puts a message's delivery state together by walking its change records backwards. Where damage has broken the chain, all segments
/// are searched for the changes that are left: a lost outcome means a repeated delivery, never a lost message.
/// </summary>
sealed class StateReader(SegmentLog log, RecordReader records)
{
    /// <summary>Null when the chain is broken: by damage, or because the message has been copied forward meanwhile.</summary>
    public DeliveryState? Walk(UInt128 key, in IndexEntry entry, DeliveryState initial) =>
        Changes(key, entry, out var since) is { } pending ? pending.Aggregate(since ?? initial, Apply) : null;

    public MessageHistory? History(UInt128 key, in IndexEntry entry) =>
        Changes(key, entry, out var since) is { } changes ? new(since, [.. changes.SelectMany(static c => c)]) : null;

    /// <summary>Oldest first, from the state that the message had when it was last copied forward; null: that of its beginning.</summary>
    Stack<IReadOnlyList<SpoolChange>>? Changes(UInt128 key, in IndexEntry entry, out DeliveryState? since)
    {
        since = null;
        var pending = new Stack<IReadOnlyList<SpoolChange>>();
        for (var at = entry.LastChange; !at.IsNone;)
        {
            using var record = records.Read(at, key, withBody: false);
            if (record is null) return null;
            if (record.Header.Type == RecordType.State)
            {
                since = StateCodec.Read(record.Head);
                break;
            }
            pending.Push(ChangeCodec.Read(record.Head));
            at = record.Header.Previous;
        }
        return pending;
    }

    public DeliveryState Search(UInt128 key, DeliveryState state)
    {
        foreach (var segment in log.All())
        {
            var scan = new SegmentScan(segment);
            while (scan.Next())
            {
                if (scan.Header.Key != key) continue;
                if (scan.Header.Type == RecordType.State) state = StateCodec.Read(scan.Head);
                else if (scan.Header.Type == RecordType.Changes) state = Apply(state, ChangeCodec.Read(scan.Head));
            }
        }
        return state;
    }

    static DeliveryState Apply(DeliveryState state, IReadOnlyList<SpoolChange> changes) =>
        changes.Aggregate(state, static (state, change) => state.Apply(change));
}
