using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>Reads a stream with CRLF line ends as one with LF, as files of this system have them; a CR alone stays. Forward only. Does not own the source.</summary>
sealed class LineFeedStream(Stream source) : ForwardStream
{
    readonly byte[] _input = new byte[16 * 1024];
    int _from, _to;
    bool _heldCr;

    public override int Read(Span<byte> buffer)
    {
        var written = 0;
        while (written == 0 && buffer.Length > 0)
        {
            if (_from == _to && !Fill())
            {
                if (!_heldCr) return 0;
                _heldCr = false;
                buffer[written++] = (byte)'\r';
                return written;
            }
            written = Copy(buffer);
        }
        return written;
    }

    bool Fill()
    {
        (_from, _to) = (0, source.Read(_input));
        return _to > 0;
    }

    int Copy(Span<byte> buffer)
    {
        var written = 0;
        while (_from < _to && written < buffer.Length)
        {
            if (_heldCr)
            {
                _heldCr = false;
                if (_input[_from] != '\n') { buffer[written++] = (byte)'\r'; continue; }
            }
            var run = _input.AsSpan(_from, Math.Min(_to - _from, buffer.Length - written));
            var cr = run.IndexOf((byte)'\r');
            var plain = cr < 0 ? run.Length : cr;
            run[..plain].CopyTo(buffer[written..]);
            written += plain;
            _from += plain;
            if (cr < 0) continue;
            _heldCr = true;
            _from++;
        }
        return written;
    }
}
