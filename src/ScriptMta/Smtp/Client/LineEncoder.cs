using System.Buffers;

namespace ScriptMta.Smtp;

/// <summary>
/// Copies a message in pieces of any size: CRLF and bare LF become <paramref name="lineEnd"/>, a bare CR stays a byte of its line, and a line that begins with
/// <paramref name="check"/> gets <paramref name="escape"/> in its place (the dot of SMTP, the "From " of mbox). Check must not hold a line end. One message, one owner.
/// </summary>
sealed class LineEncoder(byte[] lineEnd, byte[] check, byte[] escape)
{
    /// <summary>RFC 5321 4.5.2: a line's leading dot is doubled; lines end CRLF.</summary>
    public static LineEncoder ForSmtp() => new(Crlf, Dot, DotDot);

    public static readonly byte[] Crlf = "\r\n"u8.ToArray(), Lf = "\n"u8.ToArray();
    static readonly byte[] Dot = "."u8.ToArray(), DotDot = ".."u8.ToArray();

    bool _atLineStart = true;
    bool _afterCr;
    int _matched;

    /// <summary>True before the first byte and after each line end.</summary>
    public bool AtLineStart => _atLineStart && _matched == 0 && !_afterCr;

    public void Encode(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        while (input.Length > 0)
        {
            if (_afterCr) { input = AfterCr(input, output); continue; }
            if (_atLineStart && check.Length > 0) { input = LineStart(input, output); continue; }
            _atLineStart = false;
            var end = input.IndexOfAny((byte)'\r', (byte)'\n');
            if (end < 0) { output.Write(input); return; }
            output.Write(input[..end]);
            if (input[end] == '\r') _afterCr = true; else EndLine(output);
            input = input[(end + 1)..];
        }
    }

    /// <summary>What the last piece left undecided; then a line end if the message had none (as Exim adds).</summary>
    public void Finish(IBufferWriter<byte> output, bool endLastLine = true)
    {
        if (_matched > 0) output.Write(check.AsSpan(0, _matched));
        if (_afterCr) output.Write("\r"u8);
        var open = _matched > 0 || _afterCr || !_atLineStart;
        (_matched, _afterCr) = (0, false);
        if (open && endLastLine) EndLine(output);
    }

    ReadOnlySpan<byte> AfterCr(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        _afterCr = false;
        if (input[0] == '\n') { EndLine(output); return input[1..]; }
        output.Write("\r"u8);
        _atLineStart = false;
        return input;
    }

    ReadOnlySpan<byte> LineStart(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        var used = 0;
        while (used < input.Length && input[used] == check[_matched])
        {
            used++;
            if (++_matched < check.Length) continue;
            output.Write(escape);
            (_matched, _atLineStart) = (0, false);
            return input[used..];
        }
        if (used == input.Length) return default;
        if (_matched > 0) output.Write(check.AsSpan(0, _matched));
        _matched = 0;
        var next = input[used];
        if (next == '\n') { EndLine(output); return input[(used + 1)..]; }
        if (next == '\r') { _afterCr = true; return input[(used + 1)..]; }
        _atLineStart = false;
        return input[used..];
    }

    void EndLine(IBufferWriter<byte> output)
    {
        output.Write(lineEnd);
        _atLineStart = true;
    }
}
