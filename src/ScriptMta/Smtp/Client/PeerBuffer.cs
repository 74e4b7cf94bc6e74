using System.Buffers;
using System.Globalization;

namespace ScriptMta.Smtp;

/// <summary>What goes out next, in pooled memory, with room to put the line of a BDAT before the chunk once its length is known. One owner; dispose gives the memory back.</summary>
sealed class PeerBuffer : IBufferWriter<byte>, IDisposable
{
    /// <summary>"BDAT 2147483647 LAST" and its line end.</summary>
    const int LineRoom = 24;
    /// <summary>An envelope and a small message.</summary>
    const int FirstSize = 8192;

    byte[] _bytes = ArrayPool<byte>.Shared.Rent(FirstSize);
    int _start, _end, _chunk = -1;

    public int Count => _end - _start;
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(_start, _end - _start);
    /// <summary>Bytes of the chunk that was begun.</summary>
    public int ChunkLength => _end - _chunk;

    public void Clear() => (_start, _end, _chunk) = (0, 0, -1);

    /// <summary>A command line of byte text.</summary>
    public void Line(string command)
    {
        var to = GetSpan(command.Length + 2);
        for (var i = 0; i < command.Length; i++) to[i] = (byte)command[i];
        (to[command.Length], to[command.Length + 1]) = ((byte)'\r', (byte)'\n');
        Advance(command.Length + 2);
    }

    /// <summary>What is written from here on is a chunk, until <see cref="EndChunk"/>.</summary>
    public void BeginChunk()
    {
        GetSpan(LineRoom);
        _end += LineRoom;
        _chunk = _end;
    }

    /// <summary>Puts its BDAT line before the chunk (RFC 3030 2); what stood before it moves up to the line.</summary>
    public void EndChunk(bool isLast)
    {
        var command = string.Create(CultureInfo.InvariantCulture, $"BDAT {ChunkLength}{(isLast ? " LAST" : "")}");
        var at = _chunk - command.Length - 2;
        var gap = at - (_chunk - LineRoom);
        _bytes.AsSpan(_start, _chunk - LineRoom - _start).CopyTo(_bytes.AsSpan(_start + gap));
        _start += gap;
        for (var i = 0; i < command.Length; i++) _bytes[at + i] = (byte)command[i];
        (_bytes[_chunk - 2], _bytes[_chunk - 1]) = ((byte)'\r', (byte)'\n');
    }

    public void Advance(int count) => _end += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _bytes.AsMemory(_end);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Grow(Math.Max(sizeHint, 1));
        return _bytes.AsSpan(_end);
    }

    public void Dispose()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    void Grow(int room)
    {
        if (_bytes.Length - _end >= room) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _end + room));
        _bytes.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
