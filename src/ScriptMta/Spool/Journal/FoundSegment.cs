namespace ScriptMta.Spool;

/// <summary>What start-up found in a segment: read whole, or, where it was sealed with its contents, only those.</summary>
sealed class FoundSegment
{
    public required Segment Segment { get; init; }
    public required bool HasRecords { get; init; }
    public required bool IsSealed { get; init; }

    /// <summary>Behind the last intact record.</summary>
    public required long End { get; init; }

    /// <summary>Below this a later record says that all was on stable storage.</summary>
    public required long ConfirmedEnd { get; init; }
    public required ulong HighestGroup { get; init; }

    /// <summary>Where its seal stands; 0 = nowhere.</summary>
    public required uint SealAt { get; init; }
    public long TornBytes { get; init; }
    public IReadOnlyList<SegmentGap> Gaps { get; init; } = [];

    /// <summary>Of a segment that was read whole, and whole it was.</summary>
    public SegmentContents? Contents { get; init; }

    public static FoundSegment Read(Segment segment, JournalReplay replay) => ReadSeal(segment, replay) ?? ReadAll(segment, replay);

    static FoundSegment? ReadSeal(Segment segment, JournalReplay replay)
    {
        var noted = SegmentFiles.NotedSeal(segment);
        if (noted < SegmentFiles.FirstRecord) return null;
        var at = new JournalPosition(segment.Sequence, noted);
        using var seal = RecordReader.ReadFrom(segment, at, key: 0, withBody: false);
        if (seal is null || seal.Header is not { Type: RecordType.Seal, HeadLength: > 0 }) return null;
        var reader = new SegmentContents.Reader(segment.Sequence, seal.Head);
        while (reader.Next(out var item)) replay.Apply(item);
        return new()
        {
            Segment = segment, HasRecords = true, IsSealed = true, End = noted + seal.Header.RecordLength, ConfirmedEnd = noted, HighestGroup = seal.Header.Group, SealAt = noted,
        };
    }

    static FoundSegment ReadAll(Segment segment, JournalReplay replay)
    {
        var scan = new SegmentScan(segment);
        var contents = new SegmentContents();
        uint seal = 0;
        while (scan.Next())
        {
            if (scan.IsSealed)
            {
                seal = scan.Position.Offset;
                continue;
            }
            var item = JournalItem.Of(scan.Header, scan.Position, scan.Head);
            replay.Apply(item);
            contents.Add(item);
        }
        return new()
        {
            Segment = segment, HasRecords = scan.Records > 0, IsSealed = scan.IsSealed, End = scan.End, ConfirmedEnd = scan.ConfirmedEnd, HighestGroup = scan.HighestGroup, SealAt = seal,
            TornBytes = scan.TornBytes, Gaps = scan.Gaps, Contents = scan.Gaps.Count == 0 ? contents : null,
        };
    }
}
