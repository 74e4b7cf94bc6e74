using ScriptMta.Common;

namespace ScriptMta.Acl;

/// <summary>A text and then a stream, forward only. Does not own the stream.</summary>
sealed class PrefixedBody(string prefix, Stream rest) : Stream
{
    readonly byte[] _prefix = Latin1.Encode(prefix);
    int _at;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (_at == _prefix.Length) return rest.Read(buffer);
        var count = Math.Min(buffer.Length, _prefix.Length - _at);
        _prefix.AsSpan(_at, count).CopyTo(buffer);
        _at += count;
        return count;
    }

    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
