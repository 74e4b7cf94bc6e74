using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>
/// Start-up: reads every segment, rebuilds the index, cuts off the torn end of the last write, and leaves log and index ready for the
/// writer. Each step may itself be cut off by a power failure and begun again. Throws <see cref="SpoolException"/>.
/// </summary>
sealed class JournalRecovery(SegmentFiles files, BodyFiles bodies, SegmentLog log, SpoolIndex index, RecoveryReport report, long segmentSize, TimeProvider clock)
{
    const int RewriteSize = 1 << 20;
    readonly JournalReplay _replay = new(index);
    readonly List<FoundSegment> _found = [];

    public ulong LastGroup { get; private set; }

    /// <summary>Segments up to here are to be emptied because one of them has unreadable bytes.</summary>
    public uint EvacuateThrough { get; private set; }

    public void Run(CancellationToken cancel)
    {
        foreach (var sequence in files.Existing())
        {
            cancel.ThrowIfCancellationRequested();
            log.SkipNumbersTo(sequence);
            Read(files.Open(sequence));
        }
        Arrange();
        CutTornEnd();
        foreach (var entry in index.Snapshot(static (_, entry) => entry)) log.Remember(entry);
        CompareBodies();
        Balance();
    }

    /// <summary>The newest message that there is a trace of.</summary>
    public MessageId? NewestId => _replay.NewestKey == 0 ? null : new MessageId(_replay.NewestKey);

    void Read(Segment segment)
    {
        if (segment.Marker == 0)
        {
            Reject(segment);
            return;
        }
        var found = FoundSegment.Read(segment, _replay);
        segment.End = segment.Durable = found.End;
        LastGroup = Math.Max(LastGroup, found.HighestGroup);
        foreach (var gap in found.Gaps) Note(segment, gap);
        _found.Add(found);
    }

    /// <summary>A file whose making was cut off holds nothing; one that holds something but has lost both headers is kept for people.</summary>
    void Reject(Segment segment)
    {
        if (new SegmentWindow(segment.File, segment.Length).NextNonZero(SegmentFiles.FirstRecord) < 0) files.Delete(segment);
        else report.Dropped(segment.Length, $"segment {segment.Sequence} has lost its header and cannot be read: kept as {files.SetAside(segment, clock.GetUtcNow())}");
    }

    void Note(Segment segment, SegmentGap gap)
    {
        EvacuateThrough = segment.Sequence;
        segment.IsDamaged |= gap.WasDurable;
        var what = gap.WasDurable ? "damaged: what it held is lost, the file will be kept" : "of an interrupted write";
        report.Dropped(gap.End - gap.Start, $"segment {segment.Sequence} bytes {gap.Start} to {gap.End} {what}");
    }

    /// <summary>Which segment is written next: the last with records, unless it is sealed. One empty file behind it becomes the reserve.</summary>
    void Arrange()
    {
        var last = _found.FindLastIndex(static found => found.HasRecords);
        for (var i = 0; i <= last; i++)
        {
            var found = _found[i];
            log.Adopt(found.Segment);
            if (i < last && found is { IsSealed: false, HasRecords: true }) NoteMissingEnd(found.Segment);
            // Only the last is written on.
            if (i == last && !found.IsSealed) found.Segment.Contents = found.Contents;
            else found.Contents?.Dispose();
        }
        var empty = _found.Skip(last + 1).Select(static found => found.Segment).ToList();
        if (last < 0 || _found[last].IsSealed) log.Adopt(TakeUsable(empty) ?? log.Next(0, mayTakeReserve: true));
        if (TakeUsable(empty) is { } spare) log.AdoptSpare(spare);
        empty.ForEach(files.Delete);
    }

    void NoteMissingEnd(Segment segment)
    {
        EvacuateThrough = segment.Sequence;
        segment.IsDamaged = true;
        report.Remark($"segment {segment.Sequence} has lost its end behind byte {segment.End}: the file will be kept");
    }

    /// <summary>An empty file whose making a crash cut off may be too short, and its name may not be durable.</summary>
    Segment? TakeUsable(List<Segment> segments)
    {
        var at = segments.FindIndex(segment => segment.Length >= segmentSize);
        if (at < 0) return null;
        var segment = segments[at];
        // Those before it would have lower numbers than what is written next.
        segments.RemoveAt(at);
        segment.Contents = new();
        Sync(segment);
        try { files.SyncNames(); }
        catch (IOException error) { throw new SpoolException($"the name of {segment.Path} cannot be made durable ({error.Message}): check the disk", SpoolFault.SyncFailed, error); }
        return segment;
    }

    /// <summary>What follows the last record of the active segment is zeroed, and what stands before is made durable.</summary>
    void CutTornEnd()
    {
        if (_found.FindLast(static found => found.HasRecords) is not { } found) return;
        var segment = found.Segment;
        if (found.TornBytes > 0)
        {
            segment.File.WriteAll(new byte[found.TornBytes], segment.End);
            report.Dropped(found.TornBytes, $"{found.TornBytes} bytes of an interrupted write at the end of segment {segment.Sequence}, from byte {segment.End}");
        }
        Rewrite(segment, found.ConfirmedEnd);
        if (found.IsSealed) SegmentFiles.NoteSeal(segment, found.SealAt);
        Sync(segment);
    }

    static void Sync(Segment segment)
    {
        try { segment.File.Sync(); }
        catch (IOException error) { throw new SpoolException($"{segment.Path} cannot be made durable ({error.Message}): check the disk", SpoolFault.SyncFailed, error); }
    }

    /// <summary>
    /// The end that no later record confirms may stand in the page cache only, and after a failed sync the system no longer knows
    /// that it must be written: so it is written again, before anything relies on it.
    /// </summary>
    static void Rewrite(Segment segment, long from)
    {
        var part = new byte[Math.Min(RewriteSize, segment.End - from)];
        for (; from < segment.End; from += part.Length)
        {
            var read = segment.File.ReadUpTo(part.AsSpan(0, (int)Math.Min(part.Length, segment.End - from)), from);
            segment.File.WriteAll(part.AsSpan(0, read), from);
        }
    }

    void CompareBodies()
    {
        var orphans = 0;
        foreach (var id in bodies.Existing().ToList())
        {
            var key = id.Key;
            if (!_replay.BodyFiles.Remove(key, out var expected))
            {
                bodies.Delete(id);
                orphans++;
                continue;
            }
            using var file = bodies.Open(id);
            if (file.Length != expected) report.Remark($"the body of {id} has {file.Length} instead of {expected} bytes and cannot be delivered");
        }
        foreach (var key in _replay.BodyFiles.Keys) report.Remark($"the body file of {new MessageId(key)} is missing: the message cannot be delivered");
        if (orphans > 0) report.Remark($"{orphans} body files of unfinished or finished messages deleted");
    }

    /// <summary>What was accepted and is neither queued nor has ended is lost: damage took it. It is told once.</summary>
    void Balance()
    {
        var (totals, queued) = index.Account;
        var lost = totals.Accepted - totals.Ended - queued;
        if (lost != totals.Lost) report.Remark($"{Math.Abs(lost - totals.Lost)} messages {(lost > totals.Lost ? "that were accepted are neither queued nor ended: damage has taken them" : "have come back: damage has taken the records of their ends")}");
        index.Set(totals with { Lost = lost });
    }
}
