using System.Buffers.Binary;

namespace ScriptMta.Admin;

/// <summary>
/// A payload on the control socket: pieces of a length (32 bits, big endian) and as many bytes; an empty piece is the end. A sender that is killed in the
/// middle leaves no end, so that half a message is never taken for a whole one.
/// </summary>
static class PayloadFrames
{
    public const int HeaderLength = 4;
    public const int LongestPiece = 64 * 1024;

    /// <summary>Sends all of a stream and the end.</summary>
    public static async Task SendAsync(Stream payload, Stream socket, CancellationToken cancel)
    {
        var buffer = new byte[HeaderLength + LongestPiece];
        int read;
        do
        {
            read = await payload.ReadAsync(buffer.AsMemory(HeaderLength), cancel);
            BinaryPrimitives.WriteInt32BigEndian(buffer, read);
            await socket.WriteAsync(buffer.AsMemory(0, HeaderLength + read), cancel);
        }
        while (read > 0);
    }
}

/// <summary>The receiving side, as a stream that ends where the sender said so. Throws <see cref="IOException"/> when the sender goes before. Reading only.</summary>
sealed class FramedPayload(Stream socket) : Stream
{
    readonly byte[] _header = new byte[PayloadFrames.HeaderLength];
    int _left;
    bool _ended;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty || _ended) return 0;
        if (_left == 0 && await NextAsync(cancellationToken) == 0) return 0;
        var read = await socket.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken);
        if (read == 0) throw Broken();
        _left -= read;
        return read;
    }

    async ValueTask<int> NextAsync(CancellationToken cancel)
    {
        if (await socket.ReadAtLeastAsync(_header, _header.Length, throwOnEndOfStream: false, cancel) < _header.Length) throw Broken();
        _left = BinaryPrimitives.ReadInt32BigEndian(_header);
        if (_left is < 0 or > PayloadFrames.LongestPiece) throw new IOException("the caller sent a malformed piece");
        _ended = _left == 0;
        return _left;
    }

    static IOException Broken() => new("the caller went away before the end of its message");

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
