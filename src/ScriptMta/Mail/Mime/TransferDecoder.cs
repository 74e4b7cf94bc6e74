using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>A content transfer encoding (RFC 2045 6). Gives at most as many bytes as it takes; keeps what it needs of the last bytes until the next call.</summary>
interface ITransferDecoding
{
    /// <summary>Most bytes that are kept between calls.</summary>
    const int MaxKept = 1024;

    /// <summary>Something came that the encoding does not allow; it was passed over or stands for itself.</summary>
    bool IsBroken { get; }

    /// <summary>Decodes all of the input. The output has room for the input and MaxKept bytes more. isEnd: no more input comes.</summary>
    int Decode(ReadOnlySpan<byte> input, Span<byte> output, bool isEnd);
}

/// <summary>Reads the decoded bytes of an encoded stream. Faults in the encoding never end the reading: readers of mail are lenient, so this one must see what they see.</summary>
sealed class TransferDecoder(Stream source, ITransferDecoding decoding) : ForwardStream
{
    readonly byte[] _input = new byte[8192];
    readonly byte[] _output = new byte[8192 + ITransferDecoding.MaxKept];
    int _from, _to;
    bool _ended;

    public bool IsBroken => decoding.IsBroken;

    public override int Read(Span<byte> buffer)
    {
        while (_from == _to && !_ended)
        {
            var read = source.Read(_input);
            _ended = read == 0;
            (_from, _to) = (0, decoding.Decode(_input.AsSpan(0, read), _output, _ended));
        }
        var count = Math.Min(buffer.Length, _to - _from);
        _output.AsSpan(_from, count).CopyTo(buffer);
        _from += count;
        return count;
    }
}

/// <summary>RFC 2045 6.8: characters outside of the alphabet are passed over; "=" ends a group.</summary>
sealed class Base64Decoding : ITransferDecoding
{
    int _bits;
    int _count;

    public bool IsBroken { get; private set; }

    public int Decode(ReadOnlySpan<byte> input, Span<byte> output, bool isEnd)
    {
        var written = 0;
        foreach (var character in input)
        {
            if (character == '=')
            {
                written += Flush(output[written..]);
                continue;
            }
            if (Digit(character) is not { } digit)
            {
                IsBroken |= character is not ((byte)'\r' or (byte)'\n');
                continue;
            }
            _bits = _bits << 6 | digit;
            if (++_count == 4) written += Flush(output[written..]);
        }
        return isEnd ? written + Flush(output[written..]) : written;
    }

    /// <summary>Four characters are three bytes, three are two, two are one.</summary>
    int Flush(Span<byte> output)
    {
        var bytes = _count * 6 / 8;
        var bits = _bits << (4 - _count) * 6;
        for (var i = 0; i < bytes; i++) output[i] = (byte)(bits >> (16 - 8 * i));
        _bits = _count = 0;
        return bytes;
    }

    static int? Digit(byte c) => c switch
    {
        >= (byte)'A' and <= (byte)'Z' => c - 'A',
        >= (byte)'a' and <= (byte)'z' => c - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => c - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => null,
    };
}

/// <summary>RFC 2045 6.7: "=" and two hexadecimal digits, soft line ends, and white space at the end of lines dropped. A "=" that begins nothing stands for itself.</summary>
sealed class QuotedPrintableDecoding : ITransferDecoding
{
    /// <summary>Longest run of trailing space kept back: rule 3 and the 76 characters of a line.</summary>
    const int MaxHeld = 998;

    readonly List<byte> _held = [];

    public bool IsBroken { get; private set; }

    public int Decode(ReadOnlySpan<byte> input, Span<byte> output, bool isEnd)
    {
        byte[] all = [.. _held, .. input];
        _held.Clear();
        var at = 0;
        var written = 0;
        while (at < all.Length)
        {
            var run = all.AsSpan(at);
            var used = Step(run, isEnd, out var value);
            if (used == 0)
            {
                _held.AddRange(run);
                break;
            }
            if (value is { } data && written < output.Length) output[written++] = data;
            IsBroken |= used == 1 && run[0] == '=' && !(isEnd && run[1..].IndexOfAnyExcept((byte)' ', (byte)'\t') < 0);
            at += used;
        }
        return written;
    }

    /// <summary>Bytes that were understood, 0 when more must come first.</summary>
    static int Step(ReadOnlySpan<byte> run, bool isEnd, out byte? value)
    {
        value = run[0];
        if (run[0] is (byte)' ' or (byte)'\t')
        {
            var end = run.IndexOfAnyExcept((byte)' ', (byte)'\t');
            if (end < 0 && !isEnd && run.Length < MaxHeld) return 0;
            if (end >= 0 && run[end] is not ((byte)'\r' or (byte)'\n')) return 1;
            value = end < 0 && !isEnd ? value : null;
            return end < 0 ? isEnd ? run.Length : 1 : end;
        }
        if (run[0] != '=') return 1;
        var blank = run[1..].IndexOfAnyExcept((byte)' ', (byte)'\t');
        if (blank < 0) return isEnd || run.Length >= MaxHeld ? 1 : 0;
        if (run[1 + blank] == '\n') return Soft(out value, blank + 2);
        if (run[1 + blank] == '\r') return blank + 2 >= run.Length ? isEnd ? Soft(out value, blank + 2) : 0 : Soft(out value, run[blank + 2] == '\n' ? blank + 3 : blank + 2);
        if (run.Length < 3) return isEnd ? 1 : 0;
        if (!char.IsAsciiHexDigit((char)run[1]) || !char.IsAsciiHexDigit((char)run[2])) return 1;
        value = (byte)(Hex(run[1]) << 4 | Hex(run[2]));
        return 3;
    }

    static int Soft(out byte? value, int length)
    {
        value = null;
        return length;
    }

    static int Hex(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
}
