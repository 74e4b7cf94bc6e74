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

    /// <summary>There is always room for the seal behind the last record.</summary>
    public bool Fits(long record) => End + record + RecordHeader.Size <= Length;

    public void Dispose() => File.Dispose();
}
