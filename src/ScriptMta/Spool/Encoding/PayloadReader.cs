using System.Buffers.Binary;
using ScriptMta.Common;

namespace ScriptMta.Spool;

/// <summary>Reads what <see cref="PayloadWriter"/> wrote. The checksum has been verified, so a surprise is a bug or a hand-made file: SpoolException (Corrupt).</summary>
ref struct PayloadReader(ReadOnlySpan<byte> payload)
{
    ReadOnlySpan<byte> _rest = payload;

    public readonly bool AtEnd => _rest.IsEmpty;

    public ulong Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Take(1)[0];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }
        throw Malformed();
    }

    /// <summary>A length or a number of items; each item takes at least a byte, so more than what is left cannot be.</summary>
    public int Count()
    {
        var value = Number();
        return value <= (ulong)_rest.Length ? (int)value : throw Malformed();
    }

    public bool Flag() => Number() != 0;

    public int Integer() => (int)Number();

    public long Fixed() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public string Text() => Latin1.Decode(Take(Count()));

    public string? OptionalText() => Flag() ? Text() : null;

    public DateTimeOffset Time()
    {
        var utc = new DateTimeOffset(Fixed(), TimeSpan.Zero);
        return utc.ToOffset(TimeSpan.FromMinutes(Integer() - PayloadWriter.OffsetBias));
    }

    public DateTimeOffset? OptionalTime() => Flag() ? Time() : null;

    ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length) throw Malformed();
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    static SpoolException Malformed() => new("a spool record has an intact checksum but cannot be decoded", SpoolFault.Corrupt);
}
