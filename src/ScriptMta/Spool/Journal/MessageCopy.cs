namespace ScriptMta.Spool;

/// <summary>
/// The records that take a message forward: first its state in one record, then the message as it is, both into one segment, so that
/// the state never goes before the message. Whichever of the two a power cut leaves, the other still stands in its old place.
/// </summary>
sealed class MessageCopy(RecordReader records, StateReader states)
{
    readonly List<IDisposable> _buffers = [];

    /// <summary>False when the message's record cannot be read.</summary>
    public bool Prepare(UInt128 key, in IndexEntry entry, List<WriteRequest> batch)
    {
        if (records.Read(entry.Message, key, withBody: true) is not { } record) return false;
        _buffers.Add(record);
        if (!entry.LastChange.IsNone) batch.Add(State(key, entry, record));
        batch.Add(new WriteRequest(record.Header, record.HeadMemory, record.Body) { IsCopy = true, MustBeDurable = true });
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
        return new(header, payload.Written, default)
        {
            State = state,
            MustBeDurable = true,
            RoomNeeded = header.RecordLength + record.Header.RecordLength,
        };
    }
}
