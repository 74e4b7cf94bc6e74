using System.Buffers;

namespace ScriptMta.Smtp;

/// <summary>A message's header section with its blank line, and its body, with CRLF or LF line ends. OpenBody is null where there is none to send; the stream is disposed by who opened it.</summary>
sealed record OutgoingContent(ReadOnlyMemory<byte> Head, Func<CancellationToken, ValueTask<Stream>>? OpenBody = null, long BodyLength = 0);

/// <summary>Reads a content as it goes over the wire, in pieces, so that memory does not grow with the message. One owner.</summary>
sealed class ContentSource(OutgoingContent content, bool dots) : IAsyncDisposable
{
    const int PieceSize = 32 * 1024;

    WireEncoder _encoder = new(dots);
    Stream? _body;
    byte[] _piece = [];
    bool _begun;

    /// <summary>Adds to output until it holds at least size bytes. True when that was the end, with the last line ended.</summary>
    public async ValueTask<bool> FillAsync(PeerBuffer output, int size, CancellationToken cancel)
    {
        if (!_begun) await BeginAsync(output, cancel);
        while (_body is not null && output.Count < size)
        {
            var read = await _body.ReadAsync(_piece, cancel);
            if (read == 0) await CloseAsync(); else _encoder.Encode(_piece.AsSpan(0, read), output);
        }
        if (_body is not null) return false;
        _encoder.Finish(output);
        return true;
    }

    public ValueTask DisposeAsync() => CloseAsync();

    async ValueTask BeginAsync(PeerBuffer output, CancellationToken cancel)
    {
        _begun = true;
        _encoder.Encode(content.Head.Span, output);
        if (content.OpenBody is not { } open) return;
        _body = await open(cancel);
        _piece = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(content.BodyLength + 1, 512, PieceSize));
    }

    async ValueTask CloseAsync()
    {
        if (_body is { } body) await body.DisposeAsync();
        if (_piece.Length > 0) ArrayPool<byte>.Shared.Return(_piece);
        (_body, _piece) = (null, []);
    }
}
