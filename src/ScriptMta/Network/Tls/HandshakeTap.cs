using System.Buffers;

namespace ScriptMta.Network;

/// <summary>Passes bytes on and remembers the first of each direction until <see cref="Finish"/>: the platform tells neither all of a ClientHello nor whether a session was resumed.</summary>
/// <param name="isClient">Our side is the one that begins.</param>
/// <param name="ownsStream">Closed with this.</param>
sealed class HandshakeTap(Stream inner, bool isClient = false, bool ownsStream = false) : Stream
{
    /// <summary>A ClientHello is rarely over 2 KB, with post-quantum key shares; what does not fit is simply not known.</summary>
    const int MostKept = 16384;

    ArrayBufferWriter<byte>? _read = new();
    ArrayBufferWriter<byte>? _written = new();

    public override bool CanRead => true;
    public override bool CanWrite => true;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public ClientHello? ClientHello => (isClient ? _written : _read) is { } said ? Network.ClientHello.Parse(said.WrittenSpan) : null;
    public bool IsResumed => (isClient ? _read : _written) is { } said && ServerHello.Resumes(said.WrittenSpan);

    /// <summary>Keeps nothing from now on.</summary>
    public void Finish() => (_read, _written) = (null, null);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_read is null) return await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        var count = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Keep(_read, buffer.Span[..count]);
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Keep(_written, buffer.Span);
        return inner.WriteAsync(buffer, cancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        if (ownsStream) await inner.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && ownsStream) inner.Dispose();
        base.Dispose(disposing);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
    public override void Flush() => inner.Flush();
    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);
    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    static void Keep(ArrayBufferWriter<byte>? kept, ReadOnlySpan<byte> bytes)
    {
        if (kept is not null && kept.WrittenCount < MostKept) kept.Write(bytes[..Math.Min(bytes.Length, MostKept - kept.WrittenCount)]);
    }
}
