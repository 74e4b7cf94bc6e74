using System.Buffers;

namespace ScriptMta.Smtp;

/// <summary>
/// Copies a message in pieces of any size to the wire: a bare LF becomes CRLF, a bare CR stays a byte of its line, and with dots a line's leading dot is doubled
/// (RFC 5321 4.5.2). What needs no change is copied in runs of many lines. One message, one owner.
/// </summary>
struct WireEncoder(bool dots)
{
    bool _inLine, _afterCr;

    public void Encode(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        var run = 0;
        for (var at = 0; at < input.Length;)
        {
            if (dots && !_inLine && input[at] == '.')
            {
                output.Write(input[run..at]);
                output.Write("."u8);
                run = at;
            }
            var rest = input[at..];
            var lf = rest.IndexOf((byte)'\n');
            if (lf < 0) { (_inLine, _afterCr) = (true, rest[^1] == '\r'); break; }
            if (!(lf > 0 ? rest[lf - 1] == '\r' : _afterCr))
            {
                output.Write(input[run..(at + lf)]);
                output.Write("\r"u8);
                run = at + lf;
            }
            (_inLine, _afterCr) = (false, false);
            at += lf + 1;
        }
        output.Write(input[run..]);
    }

    /// <summary>A line end if the message had none, as Exim adds.</summary>
    public void Finish(IBufferWriter<byte> output)
    {
        if (_inLine) output.Write(LineEnd);
        (_inLine, _afterCr) = (false, false);
    }

    static ReadOnlySpan<byte> LineEnd => "\r\n"u8;
}
