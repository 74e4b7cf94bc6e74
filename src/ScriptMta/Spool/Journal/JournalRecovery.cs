using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>
/// Start-up: reads every segment, rebuilds the index, cuts off the torn end of the last write, and leaves log and index ready for the
/// writer. Each step may itself be cut off by a power failure and begun again. Throws <see cref="SpoolException"/>.
/// </summary>
sealed class JournalRecovery(SegmentFiles files, BodyFiles bodies, SegmentLog log, SpoolIndex index, RecoveryReport report, TimeProvider clock)
{
    const int RewriteSize = 1 << 20;
    readonly Dictionary<UInt128, long> _bodyFiles = [];
    readonly Dictionary<UInt128, JournalPosition> _copiesWithoutState = [];
    readonly List<(Segment Segment, SegmentScan Scan)> _found = [];

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
        foreach (var (_, entry) in index.Snapshot()) log.Remember(entry);
        CompareBodies();
    }

    void Read(Segment segment)
    {
        if (segment.Marker == 0)
        {
            Reject(segment);
            return;
        }
        var scan = new SegmentScan(segment);
        while (scan.Next()) Apply(scan);
        segment.End = segment.Durable = scan.End;
        LastGroup = Math.Max(LastGroup, scan.HighestGroup);
        foreach (var gap in scan.Gaps) Note(segment, gap);
        _found.Add((segment, scan));
    }

    /// <summary>A file whose making was cut off holds nothing; one that holds something but has lost both headers is kept for people.</summary>
    void Reject(Segment segment)
    {
        if (new SegmentWindow(segment.File, segment.Length).NextNonZero(SegmentFiles.FirstRecord) < 0) files.Delete(segment);
        else report.Dropped(segment.Length, $"segment {segment.Sequence} has lost its header and cannot be read: kept as {files.SetAside(segment, clock.GetUtcNow())}");
    }

    void Apply(SegmentScan scan)
    {
        var header = scan.Header;
        if (header.Type == RecordType.Message) ApplyMessage(scan, header);
        else if (header.Type == RecordType.State) ApplyState(scan, header.Key);
        else if (header.Type == RecordType.Changes && index.Apply(header.Key, scan.Position, ChangeCodec.Read(scan.Head), out _)) _bodyFiles.Remove(header.Key);
    }

    void ApplyMessage(SegmentScan scan, in RecordHeader header)
    {
        if (index.Find(header.Key) is not null)
        {
            if (header.Flags.HasFlag(RecordFlags.StateFollows)) _copiesWithoutState[header.Key] = scan.Position;
            else index.Move(header.Key, scan.Position);
            return;
        }
        var (size, receivedAt) = MessageCodec.ReadSummary(scan.Head);
        index.Add(header.Key, IndexEntry.For(scan.Position, header, size, receivedAt));
        if (header.Flags.HasFlag(RecordFlags.BodyInFile)) _bodyFiles[header.Key] = header.BodyFileLength;
    }

    /// <summary>A copy whose state a power cut has torn off is as if it had not been made: the first record and its changes still stand.</summary>
    void ApplyState(SegmentScan scan, UInt128 key)
    {
        index.Replace(key, scan.Position, StateCodec.Read(scan.Head));
        if (_copiesWithoutState.Remove(key, out var copy) && copy.Segment == scan.Position.Segment) index.Move(key, copy);
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
        var last = _found.FindLastIndex(static found => found.Scan.Records > 0);
        for (var i = 0; i <= last; i++)
        {
            var (segment, scan) = _found[i];
            log.Adopt(segment);
            if (i < last && scan is { IsSealed: false, Records: > 0 }) NoteMissingEnd(segment);
        }
        var empty = _found.Skip(last + 1).Select(static found => found.Segment).ToList();
        if (last < 0 || _found[last].Scan.IsSealed) log.Adopt(TakeFirst(empty) ?? log.Next(0, mayTakeReserve: true));
        if (TakeFirst(empty) is { } spare) log.AdoptSpare(spare);
        empty.ForEach(files.Delete);
    }

    void NoteMissingEnd(Segment segment)
    {
        EvacuateThrough = segment.Sequence;
        segment.IsDamaged = true;
        report.Remark($"segment {segment.Sequence} has lost its end behind byte {segment.End}: the file will be kept");
    }

    static Segment? TakeFirst(List<Segment> segments)
    {
        var first = segments.FirstOrDefault();
        if (first is not null) segments.RemoveAt(0);
        return first;
    }

    /// <summary>What follows the last record of the active segment is zeroed, and what stands before is made durable.</summary>
    void CutTornEnd()
    {
        var (segment, scan) = _found.FindLast(static found => found.Scan.Records > 0);
        if (segment is null) return;
        if (scan.TornBytes > 0)
        {
            segment.File.WriteAll(new byte[scan.TornBytes], segment.End);
            report.Dropped(scan.TornBytes, $"{scan.TornBytes} bytes of an interrupted write at the end of segment {segment.Sequence}, from byte {segment.End}");
        }
        Rewrite(segment, scan.ConfirmedEnd);
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
            if (!_bodyFiles.Remove(key, out var expected))
            {
                bodies.Delete(id);
                orphans++;
                continue;
            }
            using var file = bodies.Open(id);
            if (file.Length != expected) report.Remark($"the body of {id} has {file.Length} instead of {expected} bytes and cannot be delivered");
        }
        foreach (var key in _bodyFiles.Keys) report.Remark($"the body file of {new MessageId(key)} is missing: the message cannot be delivered");
        if (orphans > 0) report.Remark($"{orphans} body files of unfinished or finished messages deleted");
    }
}
