using System.Buffers.Binary;

namespace ScriptMta.Spool;

enum RecordType : byte
{
    /// <summary>A message: head = envelope and header section, body = the body or nothing (see <see cref="RecordFlags.BodyInFile"/>). A second one moves the first.</summary>
    Message = 1,
    /// <summary>What happened to a message; Previous is the message's change record before.</summary>
    Changes = 2,
    /// <summary>A message's whole delivery state: replaces all changes before.</summary>
    State = 3,
    /// <summary>The last record of a segment; its head is the segment's <see cref="SegmentContents"/>, or empty.</summary>
    Seal = 4,
    /// <summary>The first record of a segment: the <see cref="SpoolTotals"/> up to it.</summary>
    Totals = 5,
}

[Flags]
enum RecordFlags : byte
{
    None = 0,
    BodyInFile = 1,
    Frozen = 2,
    QueueOnly = 4,
    /// <summary>On a copied message: it counts only with the state record behind it, because the changes before it may be in segments that can go now.</summary>
    StateFollows = 8,
    /// <summary>A message carried forward from an older segment: it was accepted before.</summary>
    Copy = 16,
    /// <summary>Of the index only: removed, and kept for a while.</summary>
    SetAside = 32,
}

/// <summary>
/// The fixed part before each record's payload, 80 bytes, little-endian, records begin at multiples of 8. It begins with the
/// segment's marker, 64 random bits that no peer knows, so that a message body can never be taken for a record where damage makes
/// recovery search for the next one; its checksum covers the position too. Group counts writes and never goes back: a record with
/// a lower one than its predecessor is what an overwritten log left behind. Durable is the offset below which the
/// segment was on stable storage when this was written: unreadable bytes below it are damage, above it a torn write.
/// </summary>
record struct RecordHeader
{
    public const int Size = 80;

    public RecordType Type;
    public RecordFlags Flags;
    public uint HeadLength, HeadCrc, BodyLength, BodyCrc;
    /// <summary>Length of the body's own file; BodyCrc is then the file's.</summary>
    public long BodyFileLength;
    public ulong Group;
    public JournalPosition Previous;
    public UInt128 Key;
    public uint Durable;

    /// <summary>With head, body and padding.</summary>
    public readonly long RecordLength => LengthFor(HeadLength, BodyLength);

    public static long LengthFor(long head, long body) => (Size + head + body + 7) & ~7L;

    public static RecordHeader For(RecordType type, UInt128 key, ReadOnlySpan<byte> head) =>
        new() { Type = type, Key = key, HeadLength = (uint)head.Length, HeadCrc = Crc32C.Compute(head) };

    public readonly void Write(Span<byte> to, JournalPosition at, ulong marker)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, marker);
        BinaryPrimitives.WriteUInt32LittleEndian(to[12..], HeadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], HeadCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(to[20..], BodyLength);
        BinaryPrimitives.WriteUInt32LittleEndian(to[24..], BodyCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(to[28..], Durable);
        BinaryPrimitives.WriteInt64LittleEndian(to[32..], BodyFileLength);
        BinaryPrimitives.WriteUInt64LittleEndian(to[40..], Group);
        BinaryPrimitives.WriteUInt64LittleEndian(to[48..], Previous.Value);
        BinaryPrimitives.WriteUInt128LittleEndian(to[56..], Key);
        BinaryPrimitives.WriteUInt64LittleEndian(to[72..], (ulong)Type | ((ulong)Flags << 8));
        BinaryPrimitives.WriteUInt32LittleEndian(to[8..], Checksum(to, at));
    }

    /// <summary>False when no intact header stands there. Says nothing about the payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, JournalPosition at, ulong marker, out RecordHeader header)
    {
        header = default;
        if (from.Length < Size || BinaryPrimitives.ReadUInt64LittleEndian(from) != marker) return false;
        if (BinaryPrimitives.ReadUInt32LittleEndian(from[8..]) != Checksum(from, at)) return false;
        header.HeadLength = BinaryPrimitives.ReadUInt32LittleEndian(from[12..]);
        header.HeadCrc = BinaryPrimitives.ReadUInt32LittleEndian(from[16..]);
        header.BodyLength = BinaryPrimitives.ReadUInt32LittleEndian(from[20..]);
        header.BodyCrc = BinaryPrimitives.ReadUInt32LittleEndian(from[24..]);
        header.Durable = BinaryPrimitives.ReadUInt32LittleEndian(from[28..]);
        header.BodyFileLength = BinaryPrimitives.ReadInt64LittleEndian(from[32..]);
        header.Group = BinaryPrimitives.ReadUInt64LittleEndian(from[40..]);
        header.Previous = new(BinaryPrimitives.ReadUInt64LittleEndian(from[48..]));
        header.Key = BinaryPrimitives.ReadUInt128LittleEndian(from[56..]);
        header.Type = (RecordType)from[72];
        header.Flags = (RecordFlags)from[73];
        return true;
    }

    static uint Checksum(ReadOnlySpan<byte> header, JournalPosition at)
    {
        Span<byte> place = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(place, at.Value);
        return Crc32C.Compute(header[12..Size], Crc32C.Compute(place));
    }
}
