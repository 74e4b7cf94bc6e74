using System.Buffers;

namespace ScriptMta.Smtp;

/// <summary>
/// Decodes what follows DATA (RFC 5321 4.5.2): removes stuffed dots and finds the end, which is CRLF "." CRLF and nothing else (CVE-2023-51766). State
/// is kept between calls, so input may come byte by byte; output is slices of the input. After a bare CR or LF the message is
/// <see cref="IsMalformed"/>: the rest is read to the real end and not given out. One decoder per message.
/// </summary>
sealed class DotDecoder : IDataDecoder
{
    enum Place { LineStart, InLine, AfterCr, AfterDot, AfterDotCr, End }

    static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);

    Place _place;
    long _lineLength;

    public bool IsEnd => _place == Place.End;
    public bool IsMalformed { get; private set; }
    public int Lines { get; private set; }
    public long MaxLineLength { get; private set; }

    public bool TryDecode(ref ReadOnlyMemory<byte> input, out ReadOnlyMemory<byte> piece)
    {
        while (!input.IsEmpty && _place != Place.End)
        {
            if (_place is Place.AfterDot or Place.AfterDotCr)
            {
                if (StepAfterDot(input.Span[0])) input = input[1..];
                continue;
            }
            var run = Run(input.Span);
            piece = input[..run];
            input = input[(_place == Place.AfterDot ? run + 1 : run)..];
            if (run > 0 && !IsMalformed) return true;
        }
        piece = default;
        return false;
    }

    /// <summary>How many bytes from the start are message text: all, or up to a dot at the beginning of a line.</summary>
    int Run(ReadOnlySpan<byte> span)
    {
        for (var at = 0; at < span.Length;)
        {
            if (_place == Place.AfterCr) { AfterCr(span[at++]); continue; }
            if (_place == Place.LineStart && span[at] == '.') { _place = Place.AfterDot; return at; }
            var length = span[at..].IndexOfAny(LineEnds);
            if (length != 0) _place = Place.InLine;
            _lineLength += length < 0 ? span.Length - at : length;
            if (length < 0) break;
            at += length;
            if (span[at++] == '\r') _place = Place.AfterCr;
            else BareLineEnd();
        }
        return span.Length;
    }

    void AfterCr(byte next)
    {
        if (next != '\n') { BareLineEnd(); if (next == '\r') _place = Place.AfterCr; return; }
        _place = Place.LineStart;
        Lines++;
        MaxLineLength = Math.Max(MaxLineLength, _lineLength);
        _lineLength = 0;
    }

    void BareLineEnd()
    {
        IsMalformed = true;
        _place = Place.InLine;
    }

    /// <summary>False where the byte is text after a stuffed dot and stands for itself.</summary>
    bool StepAfterDot(byte next)
    {
        if (_place == Place.AfterDot)
        {
            _place = next == '\r' ? Place.AfterDotCr : Place.InLine;
            return next == '\r';
        }
        if (next == '\n') { _place = Place.End; return true; }
        BareLineEnd();
        return false;
    }
}
