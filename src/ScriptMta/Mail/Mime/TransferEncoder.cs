using System.Buffers;
using System.Buffers.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>Puts a transfer encoding on in pieces. State is kept between pieces.</summary>
interface ITransferEncoding
{
    void Encode(ReadOnlySpan<byte> input, IBufferWriter<byte> output);
    void Finish(IBufferWriter<byte> output);
}

/// <summary>A body with a transfer encoding put on while it is read. Reading only; the source is not owned.</summary>
sealed class TransferEncoder(Stream source, ITransferEncoding encoding) : ForwardStream
{
    readonly byte[] _input = new byte[8 * 1024];
    readonly ArrayBufferWriter<byte> _output = new(16 * 1024);
    int _taken;
    bool _ended;

    public override int Read(Span<byte> buffer)
    {
        while (_taken == _output.WrittenCount && !_ended)
        {
            _output.ResetWrittenCount();
            _taken = 0;
            var read = source.Read(_input);
            if (read > 0) encoding.Encode(_input.AsSpan(0, read), _output);
            else Finish();
        }
        var count = Math.Min(buffer.Length, _output.WrittenCount - _taken);
        _output.WrittenSpan.Slice(_taken, count).CopyTo(buffer);
        _taken += count;
        return count;
    }

    void Finish()
    {
        encoding.Finish(_output);
        _ended = true;
    }
}

/// <summary>RFC 2045 6.7: lines of at most 76 characters; CRLF and bare LF are line ends, a bare CR is a byte like others. The last line keeps having no end.</summary>
sealed class QuotedPrintableEncoding : ITransferEncoding
{
    const int MaxLine = 76;

    int _column;
    bool _afterCr;
    /// <summary>White space that may turn out to stand at the end of its line; 0 = none.</summary>
    byte _space;

    public void Encode(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        foreach (var b in input)
        {
            if (b == '\n') { EndLine(output); continue; }
            if (_afterCr) { _afterCr = false; Put((byte)'\r', output); }
            if (b == '\r') _afterCr = true;
            else Put(b, output);
        }
    }

    public void Finish(IBufferWriter<byte> output)
    {
        if (_afterCr) Put((byte)'\r', output);
        Settle(output, atEnd: true);
        _afterCr = false;
    }

    void Put(byte b, IBufferWriter<byte> output)
    {
        Settle(output, atEnd: false);
        if (b is (byte)' ' or (byte)'\t') _space = b;
        else if (b is > 32 and < 127 and not (byte)'=') Plain(b, output);
        else Quoted(b, output);
    }

    void EndLine(IBufferWriter<byte> output)
    {
        Settle(output, atEnd: true);
        output.Write("\r\n"u8);
        (_afterCr, _column) = (false, 0);
    }

    void Settle(IBufferWriter<byte> output, bool atEnd)
    {
        if (_space == 0) return;
        if (atEnd) Quoted(_space, output); else Plain(_space, output);
        _space = 0;
    }

    void Plain(byte b, IBufferWriter<byte> output)
    {
        Room(1, output);
        output.Write([b]);
    }

    void Quoted(byte b, IBufferWriter<byte> output)
    {
        Room(3, output);
        output.Write([(byte)'=', (byte)"0123456789ABCDEF"[b >> 4], (byte)"0123456789ABCDEF"[b & 15]]);
    }

    /// <summary>A soft line break where the line would grow too long, its own "=" counted.</summary>
    void Room(int length, IBufferWriter<byte> output)
    {
        if (_column + length >= MaxLine)
        {
            output.Write("=\r\n"u8);
            _column = 0;
        }
        _column += length;
    }
}

/// <summary>RFC 2045 6.8, in lines of 76 characters; the last line keeps having no end.</summary>
sealed class Base64Encoding : ITransferEncoding
{
    const int LineBytes = 57;

    readonly byte[] _pending = new byte[LineBytes];
    int _count;
    bool _begun;

    public void Encode(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        while (input.Length > 0)
        {
            if (_count == LineBytes) Flush(output);
            var taken = Math.Min(input.Length, LineBytes - _count);
            input[..taken].CopyTo(_pending.AsSpan(_count));
            _count += taken;
            input = input[taken..];
        }
    }

    public void Finish(IBufferWriter<byte> output) => Flush(output);

    void Flush(IBufferWriter<byte> output)
    {
        if (_count == 0) return;
        if (_begun) output.Write("\r\n"u8);
        Base64.EncodeToUtf8(_pending.AsSpan(0, _count), output.GetSpan(80), out _, out var written);
        output.Advance(written);
        (_count, _begun) = (0, true);
    }
}
