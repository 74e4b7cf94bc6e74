using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ScriptMta.Spool;

/// <summary>Builds a payload: numbers as 7-bit groups, texts behind their length, so that no byte of a text can be taken for structure.</summary>
sealed class PayloadWriter : IDisposable
{
    const int InitialSize = 2048; // envelope and header section of an ordinary message
    byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialSize);
    int _length;

    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, _length);

    /// <summary>Forgets what was written behind a length.</summary>
    public void TakeBack(int length) => _length = length;

    public void Number(ulong value)
    {
        var to = Room(10);
        var used = 0;
        for (; value >= 0x80; value >>= 7) to[used++] = (byte)(value | 0x80);
        to[used++] = (byte)value;
        _length += used;
    }

    public void Count(int value) => Number((ulong)value);

    public void Flag(bool value) => Number(value ? 1u : 0u);

    public void Fixed(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);
        _length += 8;
    }

    /// <summary>Byte text; a char above 255 is a bug of the caller and throws, for it would change the mail.</summary>
    public void Text(string value)
    {
        Count(value.Length);
        _length += ByteText.GetBytes(value, Room(value.Length));
    }

    public void OptionalText(string? value)
    {
        Flag(value is not null);
        if (value is not null) Text(value);
    }

    public void Time(DateTimeOffset value)
    {
        Fixed(value.UtcTicks);
        Number((ulong)(value.TotalOffsetMinutes + OffsetBias));
    }

    public void OptionalTime(DateTimeOffset? value)
    {
        Flag(value is not null);
        if (value is { } time) Time(time);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));

    /// <summary>Offsets from UTC are at most 14 hours either way; the bias keeps the stored number positive.</summary>
    internal const int OffsetBias = 14 * 60;

    static readonly Encoding ByteText = Encoding.GetEncoding("iso-8859-1", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);

    Span<byte> Room(int size)
    {
        if (_buffer.Length - _length < size)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, checked(_length + size)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        return _buffer.AsSpan(_length);
    }
}
