namespace ScriptMta.Spool;

/// <summary>Reads a segment from front to back through a buffer that grows only for a record that is larger.</summary>
sealed class SegmentWindow(ISpoolFile file, long length)
{
    const int Size = 256 << 10;
    byte[] _buffer = new byte[Math.Min(Size, length)];
    long _start;
    int _filled;

    /// <summary>The bytes from <paramref name="offset"/>; fewer than asked only where the file ends.</summary>
    public ReadOnlySpan<byte> At(long offset, long count)
    {
        count = Math.Min(count, length - offset);
        if (count <= 0) return default;
        if (offset < _start || offset + count > _start + _filled) Fill(offset, (int)count);
        var available = (int)Math.Min(count, _start + _filled - offset);
        return available <= 0 ? default : _buffer.AsSpan((int)(offset - _start), available);
    }

    /// <summary>The first byte at or after <paramref name="offset"/> that is not zero; -1 when all the rest is.</summary>
    public long NextNonZero(long offset)
    {
        while (offset < length)
        {
            var chunk = At(offset, Size);
            if (chunk.IsEmpty) return -1;
            var found = chunk.IndexOfAnyExcept((byte)0);
            if (found >= 0) return offset + found;
            offset += chunk.Length;
        }
        return -1;
    }

    void Fill(long offset, int count)
    {
        if (_buffer.Length < count) _buffer = new byte[count];
        _start = offset;
        _filled = file.ReadUpTo(_buffer.AsSpan(0, (int)Math.Min(_buffer.Length, length - offset)), offset);
    }
}
