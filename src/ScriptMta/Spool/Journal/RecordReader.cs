using System.Buffers;

namespace ScriptMta.Spool;

/// <summary>A record read back from a segment: verified bytes in a rented buffer.</summary>
sealed class RecordData(byte[] rented, RecordHeader header) : IDisposable
{
    public RecordHeader Header { get; } = header;
    public ReadOnlyMemory<byte> HeadMemory => rented.AsMemory(RecordHeader.Size, (int)Header.HeadLength);
    public ReadOnlySpan<byte> Head => HeadMemory.Span;
    public ReadOnlyMemory<byte> Body => rented.AsMemory(RecordHeader.Size + (int)Header.HeadLength, (int)Header.BodyLength);

    public void Dispose() => ArrayPool<byte>.Shared.Return(rented);
}

/// <summary>
/// Reads single records, any thread. Null when no intact record of the message stands there, or the segment is gone: the caller knows
/// whether the message has moved meanwhile. A disk that cannot read is an IOException: the record may well be there.
/// </summary>
sealed class RecordReader(SegmentLog log)
{
    /// <summary>Covers an ordinary change record, and the head of an ordinary message (envelope and header section), with one call.</summary>
    const int FirstRead = 2048;

    public RecordData? Read(JournalPosition at, UInt128 key, bool withBody)
    {
        if (log.Find(at.Segment) is not { } segment) return null;
        return ReadFrom(segment, at, key, withBody);
    }

    public static RecordData? ReadFrom(Segment segment, JournalPosition at, UInt128 key, bool withBody)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstRead);
        try
        {
            var filled = segment.File.ReadUpTo(buffer.AsSpan(0, FirstRead), at.Offset);
            if (!RecordHeader.TryRead(buffer.AsSpan(0, filled), at, segment.Marker, out var header) || header.Key != key) return Discard(ref buffer);
            if (!withBody) header.BodyLength = 0;
            if (!Complete(segment, at, header, ref buffer, filled) || !IsIntact(buffer, header)) return Discard(ref buffer);
            return new(buffer, header);
        }
        catch (ObjectDisposedException) { return Discard(ref buffer); }
    }

    static bool Complete(Segment segment, JournalPosition at, in RecordHeader header, ref byte[] buffer, int filled)
    {
        var needed = (int)(RecordHeader.Size + header.HeadLength + header.BodyLength);
        if (needed <= filled) return true;
        if (at.Offset + (long)needed > segment.Length) return false;
        if (buffer.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(needed);
            buffer.AsSpan(0, filled).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }
        return segment.File.ReadUpTo(buffer.AsSpan(filled, needed - filled), at.Offset + filled) == needed - filled;
    }

    static bool IsIntact(byte[] buffer, in RecordHeader header)
    {
        var head = buffer.AsSpan(RecordHeader.Size, (int)header.HeadLength);
        var body = buffer.AsSpan(RecordHeader.Size + head.Length, (int)header.BodyLength);
        return Crc32C.Compute(head) == header.HeadCrc && (body.IsEmpty || Crc32C.Compute(body) == header.BodyCrc);
    }

    static RecordData? Discard(ref byte[] buffer)
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
        return null;
    }
}
