namespace ScriptMta.Smtp;

/// <summary>
/// Reads a message that a local program writes: LF, CRLF or a lone CR at the end of input lines all end a line and become CRLF (a CR inside a line stays
/// a CR only as part of CRLF, so it becomes a line end too: Exim 48.2). <paramref name="dotEnds"/>: a line with a single dot ends it (absent -i).
/// <paramref name="unstuff"/>: leading dots are doubled (-bs and -bS). The end of input is told by <see cref="Complete"/>.
/// </summary>
sealed class LocalDecoder(bool dotEnds, bool unstuff) : IDataDecoder
{
    static readonly ReadOnlyMemory<byte> CrLf = "\r\n"u8.ToArray();
    static readonly ReadOnlyMemory<byte> Dot = "."u8.ToArray();

    enum Place { LineStart, InLine, AfterDot }

    Place _place;
    bool _afterCr;
    long _lineLength;

    public bool IsEnd { get; private set; }
    /// <summary>The end was a CR, and what came with it has been read: an LF that comes later still belongs to it.</summary>
    public bool EndsInCr => IsEnd && _afterCr;
    public bool IsMalformed => false;
    public int Lines { get; private set; }
    public long MaxLineLength { get; private set; }

    public bool TryDecode(ref ReadOnlyMemory<byte> input, out ReadOnlyMemory<byte> piece)
    {
        piece = default;
        while (!input.IsEmpty && !IsEnd && piece.IsEmpty)
        {
            var next = input.Span[0];
            if (_afterCr && next == '\n') { _afterCr = false; input = input[1..]; continue; }
            _afterCr = false;
            piece = next switch
            {
                (byte)'\r' or (byte)'\n' => LineEnd(ref input, next),
                (byte)'.' when _place == Place.LineStart && dotEnds => HoldDot(ref input),
                _ when _place == Place.AfterDot && !(unstuff && next == '.') => ReleaseDot(),
                _ => Text(ref input),
            };
        }
        return !piece.IsEmpty;
    }

    /// <summary>The input is over: gives what is still owed (a held dot, the end of an unfinished last line), then nothing.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        if (IsEnd) return default;
        IsEnd = true;
        // A single dot without a line end still is the end.
        if (_place == Place.LineStart || _place == Place.AfterDot) return default;
        Count();
        return CrLf;
    }

    ReadOnlyMemory<byte> LineEnd(ref ReadOnlyMemory<byte> input, byte end)
    {
        input = input[1..];
        _afterCr = end == '\r';
        if (_place == Place.AfterDot) { IsEnd = true; SkipLf(ref input); return default; }
        Count();
        return CrLf;
    }

    /// <summary>The LF of the final CRLF belongs to the end.</summary>
    void SkipLf(ref ReadOnlyMemory<byte> input)
    {
        if (!_afterCr || input.IsEmpty) return;
        if (input.Span[0] == '\n') input = input[1..];
        _afterCr = false;
    }

    ReadOnlyMemory<byte> HoldDot(ref ReadOnlyMemory<byte> input)
    {
        _place = Place.AfterDot;
        input = input[1..];
        return default;
    }

    ReadOnlyMemory<byte> ReleaseDot()
    {
        _place = Place.InLine;
        if (unstuff) return default;
        _lineLength++;
        return Dot;
    }

    ReadOnlyMemory<byte> Text(ref ReadOnlyMemory<byte> input)
    {
        var length = input.Span.IndexOfAny((byte)'\r', (byte)'\n');
        var text = length < 0 ? input : input[..length];
        input = input[text.Length..];
        _place = Place.InLine;
        _lineLength += text.Length;
        return text;
    }

    void Count()
    {
        _place = Place.LineStart;
        Lines++;
        MaxLineLength = Math.Max(MaxLineLength, _lineLength);
        _lineLength = 0;
    }
}
