namespace ScriptMta.Spool;

/// <summary>
/// The records that take a message forward: the message as it is, then its state in one record. Both go into one segment with one
/// write, so that neither can go, or fail, without the other; and whichever of the two a power cut leaves, the rest still stands in
/// its old place.
/// </summary>
sealed class MessageCopy(RecordReader records, StateReader states)
{
    readonly List<IDisposable> _buffers = [];

    /// <summary>False when the message's record cannot be read.</summary>
    public bool Prepare(UInt128 key, in IndexEntry entry, List<WriteRequest> batch)
    {
        if (records.Read(entry.Message, key, withBody: true) is not { } record) return false;
        _buffers.Add(record);
        var state = entry.LastChange.IsNone ? null : State(key, entry, record);
        var flags = record.Header.Flags & ~RecordFlags.StateFollows | RecordFlags.Copy | (state is null ? 0 : RecordFlags.StateFollows);
        batch.Add(new(record.Header with { Flags = flags }, record.HeadMemory, record.Body)
        {
            Size = entry.Size,
            ReceivedAt = new(entry.ReceivedTicks, TimeSpan.Zero),
            IsCopy = true,
            MustBeDurable = true,
            GoesWithNext = state is not null,
            RoomNeeded = record.Header.RecordLength + (state?.Header.RecordLength ?? 0),
        });
        if (state is not null) batch.Add(state);
        return true;
    }

    public void Release()
    {
        _buffers.ForEach(static buffer => buffer.Dispose());
        _buffers.Clear();
    }

    WriteRequest State(UInt128 key, in IndexEntry entry, RecordData record)
    {
        var (_, receivedAt) = MessageCodec.ReadSummary(record.Head);
        var initial = StateCodec.Initial(record.Header.Flags, receivedAt);
        var state = states.Walk(key, entry, initial) ?? states.Search(key, initial);
        var payload = new PayloadWriter();
        _buffers.Add(payload);
        StateCodec.Write(payload, state);
        var header = RecordHeader.For(RecordType.State, key, payload.Written.Span);
        return new(header, payload.Written, default) { State = state, MustBeDurable = true };
    }
}
