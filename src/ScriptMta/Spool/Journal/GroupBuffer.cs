namespace ScriptMta.Spool;

/// <summary>The records of the next write, one behind the other as they will stand in the segment.</summary>
sealed class GroupBuffer
{
    const int InitialSize = 64 << 10;
    /// <summary>A buffer that one huge record made larger than this is given back.</summary>
    const int KeepSize = 8 << 20;

    byte[] _bytes = new byte[InitialSize];

    public int Length { get; private set; }
    public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Add(RecordHeader header, JournalPosition at, ulong marker, ReadOnlySpan<byte> head, ReadOnlySpan<byte> body)
    {
        var size = checked((int)header.RecordLength);
        if (_bytes.Length - Length < size) Array.Resize(ref _bytes, checked(Math.Max(_bytes.Length * 2, Length + size)));
        var record = _bytes.AsSpan(Length, size);
        header.Write(record, at, marker);
        head.CopyTo(record[RecordHeader.Size..]);
        body.CopyTo(record[(RecordHeader.Size + head.Length)..]);
        record[(RecordHeader.Size + head.Length + body.Length)..].Clear();
        Length += size;
    }

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > KeepSize) _bytes = new byte[InitialSize];
    }
}
