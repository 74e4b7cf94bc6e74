using System.Buffers;
using System.IO.Pipelines;
using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>Reads batched SMTP: command lines and messages by turns, and counts lines. Memory is that of a command line.</summary>
sealed class BatchInput(Stream input) : IAsyncDisposable
{
    readonly PipeReader _reader = PipeReader.Create(input);
    readonly CommandLineReader _lines = new(bareLf: true);
    ReadOnlySequence<byte> _buffer;
    bool _holds;
    bool _atEnd;

    /// <summary>Lines read so far, of commands and of messages; the end of the input counts as one, as in Exim.</summary>
    public int Line { get; private set; }

    /// <summary>Null at the end of the input; a last line that does not end counts for nothing, as in Exim. A line that no command can be is empty.</summary>
    public async ValueTask<string?> ReadLineAsync(CancellationToken cancel)
    {
        while (true)
        {
            var read = _lines.TryRead(ref _buffer, out var line);
            if (read == CommandRead.Incomplete && await FillAsync(cancel).ConfigureAwait(false)) continue;
            if (read == CommandRead.Incomplete) return null;
            Line++;
            return read is CommandRead.TooLong or CommandRead.BadBytes ? "" : line;
        }
    }

    /// <summary>False when the input ended before the line with the single dot.</summary>
    public async ValueTask<bool> ReadDataAsync(LocalDecoder decoder, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> take, CancellationToken cancel)
    {
        while (!decoder.IsEnd)
        {
            if (_buffer.IsEmpty && !await FillAsync(cancel).ConfigureAwait(false)) break;
            var segment = _buffer.First;
            var rest = segment;
            while (decoder.TryDecode(ref rest, out var piece)) await take(piece, cancel).ConfigureAwait(false);
            _buffer = _buffer.Slice(segment.Length - rest.Length);
        }
        Line += decoder.Lines + 1;
        return decoder.IsEnd;
    }

    public ValueTask DisposeAsync() => _reader.CompleteAsync();

    async ValueTask<bool> FillAsync(CancellationToken cancel)
    {
        if (_atEnd) return false;
        var had = _buffer.Length;
        if (_holds) _reader.AdvanceTo(_buffer.Start, _buffer.End);
        var result = await _reader.ReadAsync(cancel).ConfigureAwait(false);
        (_buffer, _holds, _atEnd) = (result.Buffer, true, result.IsCompleted);
        return _buffer.Length > had || !_atEnd;
    }
}
