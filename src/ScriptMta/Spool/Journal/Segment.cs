namespace ScriptMta.Spool;

/// <summary>
/// One journal file. Everything but the file itself belongs to the writer. LiveMessages counts message records that the index points
/// to: with none, and no older segment, the file can go.
/// </summary>
sealed class Segment(uint sequence, string path, ISpoolFile file, long length, ulong marker) : IDisposable
{
    public uint Sequence { get; } = sequence;
    public string Path { get; } = path;
    public ISpoolFile File { get; } = file;
    public long Length { get; } = length;

    /// <summary>Random bits at the beginning of each of its records.</summary>
    public ulong Marker { get; } = marker;

    /// <summary>Where the next record goes.</summary>
    public long End { get; set; } = SegmentFiles.FirstRecord;

    /// <summary>All below this is on stable storage.</summary>
    public long Durable { get; set; } = SegmentFiles.FirstRecord;

    public int LiveMessages { get; set; }
    public long LiveBytes { get; set; }

    /// <summary>It held unreadable bytes that had once been durable: set aside for people instead of deleted.</summary>
    public bool IsDamaged { get; set; }

    public bool IsClean => Durable == End;

    /// <summary>What its seal will hold; null once it is sealed, and when recovery found bytes in it that cannot be read (then the whole segment must be read again at the next start).</summary>
    public SegmentContents? Contents
    {
        get;
        set
        {
            if (value != field) field?.Dispose();
            field = value;
        }
    }

    public bool IsEmpty => End == SegmentFiles.FirstRecord;

    /// <summary>What records of that length take besides: the file's own pages, the totals, and the seal with what it holds of them.</summary>
    public static long LengthFor(long records) => SegmentFiles.FirstRecord + SpoolTotals.LargestRecord + records + RecordHeader.Size + 4 * SegmentContents.LargestItem;

    /// <summary>There is always room for the seal behind the last record. Records that go together are two at most.</summary>
    public bool Fits(long record) => End + SpoolTotals.LargestRecord + record + RecordHeader.Size + (Contents?.Length ?? 0) + 3 * SegmentContents.LargestItem <= Length;

    public void Dispose()
    {
        Contents = null;
        File.Dispose();
    }
}
