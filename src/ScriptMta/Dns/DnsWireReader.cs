using System.Buffers.Binary;
using System.Text;

namespace ScriptMta.Dns;

/// <summary>
/// Reads a DNS message from a stranger: never outside of it, never in a loop. After the first fault IsBad stays set and every read gives
/// nothing, so callers check once at the end.
/// </summary>
ref struct DnsWireReader(ReadOnlySpan<byte> message)
{
    readonly ReadOnlySpan<byte> _message = message;

    public int Position { get; private set; }
    public bool IsBad { get; private set; }
    public readonly int Remaining => _message.Length - Position;

    public byte ReadByte() => Take(1) is { Length: 1 } bytes ? bytes[0] : (byte)0;
    public ushort ReadUInt16() => Take(2) is { Length: 2 } bytes ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;
    public uint ReadUInt32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;

    /// <summary>The next bytes, or nothing and IsBad when there are fewer.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (IsBad || count < 0 || count > Remaining)
        {
            IsBad = true;
            return default;
        }
        Position += count;
        return _message.Slice(Position - count, count);
    }

    /// <summary>
    /// A name, following compression pointers (RFC 1035 4.1.4). Each pointer must lead to an earlier place than the one before, so no
    /// chain is endless, and the name's own length limit bounds the work.
    /// </summary>
    public string ReadName()
    {
        var text = new StringBuilder();
        var length = 1;
        var at = Position;
        var lowest = Position;
        var end = -1;
        while (!IsBad)
        {
            if (at >= _message.Length) break;
            var size = _message[at];
            if (size == 0)
            {
                Position = end < 0 ? at + 1 : end;
                return text.ToString();
            }
            if (size >= 0xC0)
            {
                if (at + 1 >= _message.Length) break;
                var target = (size & 0x3F) << 8 | _message[at + 1];
                if (end < 0) end = at + 2;
                if (target >= lowest) break;
                at = lowest = target;
                continue;
            }
            length += size + 1;
            if (size > DnsName.MaxLabel || length > DnsName.MaxLength || at + 1 + size > _message.Length) break;
            DnsName.AppendLabel(text, _message.Slice(at + 1, size));
            at += size + 1;
        }
        IsBad = true;
        return "";
    }
}
