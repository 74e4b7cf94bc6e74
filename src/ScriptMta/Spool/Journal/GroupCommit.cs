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
    readonly HashSet<UInt128> _ending = [];
    readonly List<UInt128> _completedBodies = [];
    /// <summary>The active segment's contents before the group that is being put together.</summary>
    (int Length, uint LastOffset) _contentsMark;
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
            if (_ending.Contains(request.Header.Key)) Finish(); // an end is recorded once, and nothing behind it
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
        try { SealUp(old); }
        catch (IOException error)
        {
            log.GiveBack(next);
            throw error.Refusal();
        }
        log.Adopt(next);
        if (!TrySync(old)) throw Refusal()!;
    }

    /// <summary>Before a segment goes: the totals stand in the active one, too.</summary>
    public void CarryTotals()
    {
        if (!log.Active.IsEmpty || Refusal() is not null) return;
        var mark = log.Active.Contents?.Mark ?? default;
        AddTotals(log.Active);
        try { Append(log.Active, _buffer.Bytes); }
        catch (IOException)
        {
            log.Active.Contents?.TakeBack(mark);
            throw;
        }
        finally { _buffer.Clear(); }
    }

    /// <summary>What the seal says of the records must not survive a power cut that they do not.</summary>
    void SealUp(Segment segment)
    {
        if (!segment.IsClean && !TrySync(segment)) throw Refusal()!;
        var at = (uint)segment.End;
        Append(segment, Seal(segment));
        segment.Contents = null;
        try { SegmentFiles.NoteSeal(segment, at); }
        catch (IOException)
        {
            // Sealed it is. Without the note it is read whole at the next start; and if the disk is ill, its next sync says so.
        }
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
        if (_members.Count == 0) _contentsMark = active.Contents?.Mark ?? default;
        if (active.IsEmpty && _buffer.Length == 0) AddTotals(active);
        else if (_members.Count == 0) _group++;
        request.Position = new(active.Sequence, (uint)(active.End + _buffer.Length));
        header.Group = _group;
        header.Durable = (uint)active.Durable;
        if (header.Type == RecordType.Changes) header.Previous = PreviousChange(header.Key);
        if (header.Type != RecordType.Message) _chain[header.Key] = request.Position;
        _buffer.Add(header, request.Position, active.Marker, request.Head.Span, request.Body.Span);
        var item = JournalItem.Of(request);
        active.Contents?.Add(item);
        if (item.Effect.Ending is not null) _ending.Add(item.Key);
        _members.Add(request);
    }

    void AddTotals(Segment active)
    {
        if (_buffer.Length == 0) _group++;
        using var payload = new PayloadWriter();
        var totals = index.Account.Totals;
        totals.Write(payload);
        var at = new JournalPosition(active.Sequence, (uint)(active.End + _buffer.Length));
        _buffer.Add(RecordHeader.For(RecordType.Totals, 0, payload.Written.Span) with { Group = _group, Durable = (uint)active.Durable }, at, active.Marker, payload.Written.Span, default);
        active.Contents?.Add(new(RecordType.Totals, RecordFlags.None, 0, at) { Totals = totals });
    }

    JournalPosition PreviousChange(UInt128 key) =>
        _chain.TryGetValue(key, out var inGroup) ? inGroup : index.Find(key)?.LastChange ?? default;

    void Finish()
    {
        if (_members.Count == 0) return;
        if (Write() is { } refusal)
        {
            log.Active.Contents?.TakeBack(_contentsMark);
            FailAll(refusal);
        }
        else if (!_members.Exists(static member => member.MustBeDurable)) _members.ForEach(Publish);
        else PublishDurably();
        ReleaseBodies();
        _members.Clear();
        _chain.Clear();
        _ending.Clear();
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
        var contents = segment.Contents?.Written ?? default;
        var header = RecordHeader.For(RecordType.Seal, 0, contents.Span) with { Group = ++_group, Durable = (uint)segment.Durable };
        var bytes = new byte[header.RecordLength];
        header.Write(bytes, new(segment.Sequence, (uint)segment.End), segment.Marker);
        contents.Span.CopyTo(bytes.AsSpan(RecordHeader.Size));
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
        if (member.Header.Type == RecordType.State) index.Apply(key, member.Position, IndexEffect.Of(member.State!), out _);
        else if (member.Header.Type == RecordType.Changes) PublishChanges(member, key);
        else if (member.IsCopy)
        {
            log.Forget(index.Find(key)!.Value);
            index.Move(key, member.Position);
            log.Remember(index.Find(key)!.Value);
        }
        else
        {
            var entry = IndexEntry.For(JournalItem.Of(member));
            index.Add(key, entry, isNew: true);
            log.Remember(entry);
        }
        member.Complete();
    }

    void PublishChanges(WriteRequest member, UInt128 key)
    {
        if (!index.Apply(key, member.Position, IndexEffect.Of(member.Changes), out var gone)) return;
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
