using System.Buffers;

namespace ScriptMta.Smtp;

/// <summary>
/// Reads a message that comes in BDAT chunks (RFC 3030): there is no final dot and no stuffing. A CR or LF that stands alone ends a line too and becomes CRLF, as in Exim; nothing
/// that is sent on from here holds one. The sizes that the client announced are all that says where a chunk ends (<see cref="Begin"/>, then IsEnd); a line may go on in the next chunk.
/// One per message; output is slices of the input.
/// </summary>
sealed class ChunkDecoder : IDataDecoder
{
    static readonly ReadOnlyMemory<byte> CrLf = "\r\n"u8.ToArray();
    static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    long _left;
    bool _afterCr;
    bool _inLine;
    long _lineLength;

    /// <summary>Of the chunk.</summary>
    public bool IsEnd => _left == 0;
    public bool IsMalformed => false;
    public int Lines { get; private set; }
    public long MaxLineLength { get; private set; }
    /// <summary>The first line that a LF alone ended, counted from 1; 0 = none.</summary>
    public int FirstBareLf { get; private set; }

    public void Begin(long size) => _left = size;

    public bool TryDecode(ref ReadOnlyMemory<byte> input, out ReadOnlyMemory<byte> piece)
    {
        piece = default;
        while (!input.IsEmpty && _left > 0 && piece.IsEmpty)
        {
            var chunk = input.Length > _left ? input[..(int)_left] : input;
            piece = Next(chunk, out var used);
            input = input[used..];
            _left -= used;
        }
        return !piece.IsEmpty;
    }

    /// <summary>After the last chunk: the end of an unfinished last line.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        if (!_afterCr && !_inLine) return default;
        _afterCr = false;
        Count();
        return CrLf;
    }

    ReadOnlyMemory<byte> Next(ReadOnlyMemory<byte> chunk, out int used)
    {
        var span = chunk.Span;
        if (_afterCr)
        {
            _afterCr = false;
            used = span[0] == '\n' ? 1 : 0;
            Count();
            return CrLf;
        }
        used = Run(span);
        if (used > 0) return chunk[..used];
        used = 1;
        if (span[0] == '\r') { _afterCr = true; return default; }
        if (FirstBareLf == 0) FirstBareLf = Lines + 1;
        Count();
        return CrLf;
    }

    /// <summary>How many bytes from the start can be given out as they are: text and whole CRLFs.</summary>
    int Run(ReadOnlySpan<byte> span)
    {
        var at = 0;
        while (at < span.Length)
        {
            var length = span[at..].IndexOfAny(LineEnds);
            var text = length < 0 ? span.Length - at : length;
            if (text > 0) _inLine = true;
            _lineLength += text;
            at += text;
            if (length < 0 || span[at] != '\r' || at + 1 >= span.Length || span[at + 1] != '\n') return at;
            at += 2;
            Count();
        }
        return at;
    }

    void Count()
    {
        _inLine = false;
        Lines++;
        MaxLineLength = Math.Max(MaxLineLength, _lineLength);
        _lineLength = 0;
    }
}
