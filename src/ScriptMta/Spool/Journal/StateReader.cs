namespace ScriptMta.Spool;

/// <summary>
/// Puts a message's delivery state together by walking its change records backwards. Where damage has broken the chain, all segments
/// are searched for the changes that are left: a lost outcome means a repeated delivery, never a lost message.
/// </summary>
sealed class StateReader(SegmentLog log, RecordReader records)
{
    /// <summary>Null when the chain is broken: by damage, or because the message has been copied forward meanwhile.</summary>
    public DeliveryState? Walk(UInt128 key, in IndexEntry entry, DeliveryState initial)
    {
        var pending = new Stack<IReadOnlyList<SpoolChange>>();
        for (var at = entry.LastChange; !at.IsNone;)
        {
            using var record = records.Read(at, key, withBody: false);
            if (record is null) return null;
            if (record.Header.Type == RecordType.State)
            {
                initial = StateCodec.Read(record.Head);
                break;
            }
            pending.Push(ChangeCodec.Read(record.Head));
            at = record.Header.Previous;
        }
        return pending.Aggregate(initial, Apply);
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
