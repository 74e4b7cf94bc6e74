namespace ScriptMta.Cli;

/// <summary>Standard input of a dry run. A terminal and a here-document end lines with LF alone: when the first line does, LF becomes CRLF throughout; else every byte is passed on as it is.</summary>
sealed class TypedLines(Stream input) : Stream
{
    const int ReadSize = 4096;

    readonly byte[] _read = new byte[ReadSize];
    readonly Queue<byte> _ready = new();
    bool? _typed;
    byte _last;

    public override bool CanRead => true;
    public override bool CanWrite => false;
    public override bool CanSeek => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        if (_ready.Count == 0) Take(await input.ReadAsync(_read, cancellationToken).ConfigureAwait(false));
        var count = Math.Min(buffer.Length, _ready.Count);
        for (var i = 0; i < count; i++) buffer.Span[i] = _ready.Dequeue();
        return count;
    }

    void Take(int count)
    {
        foreach (var next in _read.AsSpan(0, count))
        {
            if (next == '\n') _typed ??= _last != '\r';
            if (next == '\n' && _typed == true && _last != '\r') _ready.Enqueue((byte)'\r');
            _ready.Enqueue(next);
            _last = next;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
}
