using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace ScriptMta.Smtp;

/// <summary>
/// Collects replies and sends them with as few writes as possible: the session flushes only before it would wait for input (RFC 2920 3.2). The buffer
/// is rented while something is in it, so an idle connection holds none. A connection that no longer takes bytes throws IOException at flush.
/// </summary>
sealed class ReplyWriter(Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> send)
{
    /// <summary>Room for some fifty short replies; longer ones grow it.</summary>
    const int InitialSize = 4096;

    byte[]? _buffer;
    int _length;

    /// <summary>Send enhanced status codes: on once EHLO has advertised them.</summary>
    public bool Enhanced { get; set; }
    public bool HasPending => _length > 0;

    public void Write(Reply reply)
    {
        var text = reply.Text;
        while (true)
        {
            var end = text.IndexOf('\n', StringComparison.Ordinal);
            WriteLine(reply, end < 0 ? text : text.AsSpan(0, end), last: end < 0);
            if (end < 0) return;
            text = text[(end + 1)..];
        }
    }

    /// <summary>Text that is no reply: what a dry run says between them.</summary>
    public void WriteText(string text) => _length += Encoding.Latin1.GetBytes(text, Reserve(text.Length));

    public async ValueTask FlushAsync(CancellationToken cancel)
    {
        if (_buffer is not { } buffer || _length == 0) return;
        var length = _length;
        (_buffer, _length) = (null, 0);
        try { await send(buffer.AsMemory(0, length), cancel).ConfigureAwait(false); }
        finally { ArrayPool<byte>.Shared.Return(buffer); }
    }

    void WriteLine(Reply reply, ReadOnlySpan<char> line, bool last)
    {
        var enhanced = Enhanced || reply.IsExplicit ? reply.Enhanced : "";
        var room = Reserve(line.Length + enhanced.Length + 8);
        Utf8Formatter.TryFormat(reply.Code, room, out var at);
        room[at++] = last ? (byte)' ' : (byte)'-';
        if (enhanced.Length > 0)
        {
            at += Encoding.Latin1.GetBytes(enhanced, room[at..]);
            if (line.Length > 0) room[at++] = (byte)' ';
        }
        foreach (var c in line) room[at++] = c is '\r' or '\0' ? (byte)' ' : (byte)c;
        room[at++] = (byte)'\r';
        room[at++] = (byte)'\n';
        _length += at;
    }

    Span<byte> Reserve(int size)
    {
        _buffer ??= ArrayPool<byte>.Shared.Rent(Math.Max(InitialSize, size));
        if (_buffer.Length - _length < size)
        {
            var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + size));
            _buffer.AsSpan(0, _length).CopyTo(bigger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = bigger;
        }
        return _buffer.AsSpan(_length);
    }
}
