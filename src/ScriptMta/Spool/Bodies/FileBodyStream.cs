namespace ScriptMta.Spool;

/// <summary>
/// A large body from its own file. Read from front to back it checks the checksum and, when that is wrong, throws SpoolException
/// (Corrupt) instead of giving the last bytes, so that no transport can complete with other bytes than were accepted.
/// </summary>
sealed class FileBodyStream(ISpoolFile file, string what, long length, uint expectedCrc) : Stream
{
    long _position;
    long _checked;
    uint _crc;

    public override bool CanRead => true;
    public override bool CanSeek => true;
    public override bool CanWrite => false;
    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
    }

    public override int Read(Span<byte> buffer)
    {
        buffer = buffer[..(int)Math.Clamp(length - _position, 0, buffer.Length)];
        if (buffer.IsEmpty) return 0;
        int read;
        try { read = file.Read(buffer, _position); }
        catch (IOException error) { throw new SpoolException($"{what} cannot be read ({error.Message})", SpoolFault.InputOutput, error); }
        if (read == 0) throw new SpoolException($"{what} ends at {_position} of {length} bytes", SpoolFault.Corrupt);
        Check(buffer[..read]);
        _position += read;
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(buffer.Span));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override void Flush() { }
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }

    void Check(ReadOnlySpan<byte> read)
    {
        if (_position > _checked || _position + read.Length <= _checked) return;
        _crc = Crc32C.Compute(read[(int)(_checked - _position)..], _crc);
        _checked = _position + read.Length;
        if (_checked == length && _crc != expectedCrc)
            throw new SpoolException($"{what} has a wrong checksum: the disk gave back other bytes than were written", SpoolFault.Corrupt);
    }
}
