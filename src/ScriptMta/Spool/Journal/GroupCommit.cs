using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>
/// Writes whatever waits with one call and makes it durable with one sync. Runs on the writer's thread only. A write that fails is
/// erased and its waiters are told; a sync that fails ends all writing, because what a later sync reports then means nothing.
/// </summary>
sealed class GroupCommit(SegmentLog log, SpoolIndex index, BodyFiles bodies, SpoolOptions options, ulong lastGroup)
{
    readonly GroupBuffer _buffer = new();
    readonly List<WriteRequest> _members = [];
    readonly Dictionary<UInt128, JournalPosition> _chain = [];
    readonly List<UInt128> _completedBodies = [];
    ulong _group = lastGroup;
    volatile string? _syncFailure;

    /// <summary>Called with the new messages of a group once they are durable.</summary>
    public Action<List<QueueEntry>>? Committed { get; set; }

    public bool IsDirty => !log.Active.IsClean;

    /// <summary>Any thread: why nothing is taken any more, or null.</summary>
    public SpoolException? Refusal() => _syncFailure is { } reason
        ? new($"the spool takes no mail since its disk failed to make data durable ({reason}): check the disk, then restart ScriptMta", SpoolFault.SyncFailed)
        : null;

    /// <summary>Any thread: some file of the spool could not be made durable.</summary>
    public void RefuseFromNowOn(string reason) => _syncFailure = reason;

    public void Commit(List<WriteRequest> batch)
    {
        foreach (var request in batch)
        {
            if (Refusal() is { } refusal)
            {
                request.Fail(refusal);
                continue;
            }
            if (IsForNoMessage(request))
            {
                request.Complete();
                continue;
            }
            if (!log.Active.Fits(_buffer.Length + request.RoomNeeded) && !Roll(request)) continue;
            Add(request);
            if (_buffer.Length >= options.GroupBytes && !request.GoesWithNext) Finish();
        }
        Finish();
    }

    /// <summary>Makes the outcomes durable that were only written so far.</summary>
    public void Flush()
    {
        if (_syncFailure is null && IsDirty && TrySync(log.Active)) ReleaseBodies();
    }

    /// <summary>Ends the active segment and goes on in a fresh one. Throws <see cref="SpoolException"/>; then the old one stays active.</summary>
    public void Roll(long record, bool mayTakeReserve)
    {
        Segment next;
        try { next = log.Next(record, mayTakeReserve); }
        catch (IOException error) { throw error.Refusal(); }
        var old = log.Active;
        try { Append(old, Seal(old)); }
        catch (IOException error)
        {
            log.GiveBack(next);
            throw error.Refusal();
        }
        log.Adopt(next);
        if (!TrySync(old)) throw Refusal()!;
    }

    /// <summary>Something happened to a message that has left: there is nothing to record it for.</summary>
    bool IsForNoMessage(WriteRequest request) => request.Header.Type == RecordType.Changes && index.Find(request.Header.Key) is null;

    bool Roll(WriteRequest request)
    {
        Finish();
        try
        {
            if (Refusal() is { } refusal) throw refusal;
            Roll(request.RoomNeeded, mayTakeReserve: !request.IsMessage || request.IsCopy);
            return true;
        }
        catch (SpoolException error)
        {
            request.Fail(error);
            return false;
        }
    }

    void Add(WriteRequest request)
    {
        var active = log.Active;
        var header = request.Header;
        request.Position = new(active.Sequence, (uint)(active.End + _buffer.Length));
        if (_members.Count == 0) _group++;
        header.Group = _group;
        header.Durable = (uint)active.Durable;
        if (header.Type == RecordType.Changes) header.Previous = PreviousChange(header.Key);
        if (header.Type != RecordType.Message) _chain[header.Key] = request.Position;
        _buffer.Add(header, request.Position, active.Marker, request.Head.Span, request.Body.Span);
        _members.Add(request);
    }

    JournalPosition PreviousChange(UInt128 key) =>
        _chain.TryGetValue(key, out var inGroup) ? inGroup : index.Find(key)?.LastChange ?? default;

    void Finish()
    {
        if (_members.Count == 0) return;
        if (Write() is { } refusal) FailAll(refusal);
        else if (!_members.Exists(static member => member.MustBeDurable)) _members.ForEach(Publish);
        else PublishDurably();
        ReleaseBodies();
        _members.Clear();
        _chain.Clear();
        _buffer.Clear();
    }

    SpoolException? Write()
    {
        try
        {
            Append(log.Active, _buffer.Bytes);
            return null;
        }
        catch (IOException error) { return error.Refusal(); }
    }

    /// <summary>Outcomes need not wait for the sync, unless a durable change of the same message could stand before them.</summary>
    void PublishDurably()
    {
        var early = !_members.Exists(static member => member.MustBeDurable && !member.IsMessage);
        if (early)
        {
            foreach (var member in _members)
                if (!member.MustBeDurable) Publish(member);
            _members.RemoveAll(static member => !member.MustBeDurable);
        }
        if (TrySync(log.Active))
        {
            _members.ForEach(Publish);
            Announce();
            return;
        }
        foreach (var member in _members) member.WasWritten = true;
        FailAll(Refusal()!);
    }

    void FailAll(SpoolException failure)
    {
        foreach (var member in _members) member.Fail(new(failure.Message, failure.Fault, failure.InnerException));
    }

    void Append(Segment segment, ReadOnlySpan<byte> bytes)
    {
        try { segment.File.WriteAll(bytes, segment.End); }
        catch (IOException)
        {
            if (!TryErase(segment, bytes.Length))
                foreach (var member in _members) member.WasWritten = true;
            throw;
        }
        segment.End += bytes.Length;
    }

    /// <summary>Takes back what a failed write left. When that fails too, a crash before the next write may bring the records back: whole, and a second time.</summary>
    static bool TryErase(Segment segment, int length)
    {
        try
        {
            segment.File.WriteAll(new byte[length], segment.End);
            return true;
        }
        catch (IOException) { return false; }
    }

    byte[] Seal(Segment segment)
    {
        var header = new RecordHeader { Type = RecordType.Seal, Group = ++_group, Durable = (uint)segment.Durable };
        var bytes = new byte[RecordHeader.Size];
        header.Write(bytes, new(segment.Sequence, (uint)segment.End), segment.Marker);
        return bytes;
    }

    bool TrySync(Segment segment)
    {
        try { segment.File.Sync(); }
        catch (IOException error)
        {
            _syncFailure = error.Message;
            return false;
        }
        segment.Durable = segment.End;
        return true;
    }

    /// <summary>Body files go when their messages' completion is on stable storage.</summary>
    void ReleaseBodies()
    {
        if (IsDirty) return;
        foreach (var key in _completedBodies) bodies.MarkDead(new MessageId(key));
        _completedBodies.Clear();
    }

    void Publish(WriteRequest member)
    {
        var key = member.Header.Key;
        if (member.Header.Type == RecordType.State) index.Replace(key, member.Position, member.State!);
        else if (member.Header.Type == RecordType.Changes) PublishChanges(member, key);
        else if (member.IsCopy)
        {
            log.Forget(index.Find(key)!.Value);
            index.Move(key, member.Position);
            log.Remember(index.Find(key)!.Value);
        }
        else
        {
            var entry = IndexEntry.For(member.Position, member.Header, member.Size, member.ReceivedAt);
            index.Add(key, entry);
            log.Remember(entry);
        }
        member.Complete();
    }

    void PublishChanges(WriteRequest member, UInt128 key)
    {
        if (!index.Apply(key, member.Position, member.Changes, out var gone)) return;
        log.Forget(gone);
        if (gone.BodyInFile) _completedBodies.Add(key);
    }

    void Announce()
    {
        if (Committed is not { } committed) return;
        List<QueueEntry>? entries = null;
        foreach (var member in _members)
            if (member.IsMessage && !member.IsCopy && index.Find(member.Header.Key) is { } entry)
                (entries ??= []).Add(entry.ToQueueEntry(member.Header.Key));
        if (entries is not null) committed(entries);
    }
}
