using System.Buffers;
using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>
/// Collects a body in memory up to the inline limit; beyond, everything goes to the message's own file through the same buffer, so
/// that memory stays bounded whatever the size. Used by one session at a time.
/// </summary>
sealed class BodyDraft(MessageId id, BodyFiles files, int inlineLimit) : IBodyDraft
{
    const int InitialSize = 16 << 10; // the median message
    byte[] _buffer = ArrayPool<byte>.Shared.Rent(Math.Min(InitialSize, inlineLimit));
    int _filled;
    uint _crc;
    ISpoolFile? _file;
    long _flushed;
    bool _keepFile, _used, _disposed;

    public MessageId Id { get; } = id;
    public long Length => _flushed + _filled;
    public bool IsInFile => _file is not null;

    /// <summary>Of the whole body.</summary>
    public uint Crc => _crc;

    /// <summary>The whole body when it is not in a file.</summary>
    public ReadOnlyMemory<byte> Inline => _buffer.AsMemory(0, _filled);

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(_disposed || _used, this);
        try { Append(bytes.Span); }
        catch (IOException error) { throw error.Refusal(); }
        return ValueTask.CompletedTask;
    }

    public ValueTask<byte[]> PeekAsync(int limit, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var result = new byte[Math.Min(limit, Length)];
        for (var filled = 0; filled < result.Length;) filled += Read(result.AsSpan(filled), filled);
        return ValueTask.FromResult(result);
    }

    public int Read(Span<byte> buffer, long position)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var wanted = (int)Math.Clamp(Length - position, 0, buffer.Length);
        var fromFile = (int)Math.Clamp(_flushed - position, 0, wanted);
        try
        {
            if (fromFile > 0 && _file!.ReadUpTo(buffer[..fromFile], position) != fromFile)
                throw new SpoolException($"the body file of {Id} is shorter than what was written", SpoolFault.Corrupt);
        }
        catch (IOException error) { throw error.Refusal(); }
        if (wanted > fromFile) _buffer.AsSpan((int)(position + fromFile - _flushed), wanted - fromFile).CopyTo(buffer[fromFile..]);
        return wanted;
    }

    /// <summary>Before the record that names it: the file and its name on stable storage. A draft can be committed once. Throws <see cref="SpoolException"/>.</summary>
    public void MakeFileDurable()
    {
        ObjectDisposedException.ThrowIf(_disposed || _used, this);
        _used = true;
        if (_file is null) return;
        try { Flush(); }
        catch (IOException error) { throw error.Refusal(); }
        try
        {
            _file.Sync();
            files.SyncNames();
        }
        catch (IOException error) { throw new SpoolException($"the body of {Id} could not be made durable ({error.Message}): check the disk", SpoolFault.SyncFailed, error); }
    }

    /// <summary>A record names the file, or may: it no longer goes with the draft.</summary>
    public void KeepFile() => _keepFile = true;

    public ValueTask DisposeAsync()
    {
        if (_disposed) return ValueTask.CompletedTask;
        _disposed = true;
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        if (_file is null) return ValueTask.CompletedTask;
        _file.Dispose();
        try
        {
            if (!_keepFile) files.Delete(Id);
        }
        catch (IOException)
        {
            // Recovery deletes body files that no record names; there is nothing that the session could do about it.
        }
        return ValueTask.CompletedTask;
    }

    void Append(ReadOnlySpan<byte> bytes)
    {
        _crc = Crc32C.Compute(bytes, _crc);
        while (bytes.Length > 0)
        {
            if (_filled == inlineLimit) Spill();
            var part = bytes[..Math.Min(bytes.Length, inlineLimit - _filled)];
            Reserve(_filled + part.Length);
            part.CopyTo(_buffer.AsSpan(_filled));
            _filled += part.Length;
            bytes = bytes[part.Length..];
        }
    }

    void Reserve(int size)
    {
        if (size <= _buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(size, Math.Min(_buffer.Length * 2, inlineLimit)));
        _buffer.AsSpan(0, _filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    void Spill()
    {
        files.CheckSpace();
        _file ??= files.Create(Id);
        Flush();
    }

    void Flush()
    {
        _file!.WriteAll(_buffer.AsSpan(0, _filled), _flushed);
        _flushed += _filled;
        _filled = 0;
    }
}
