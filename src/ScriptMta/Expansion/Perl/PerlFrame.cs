using System.Buffers.Binary;
using System.Text;

namespace ScriptMta.Expansion;

/// <summary>What goes over the pipes to and from Perl. The first three are ours to send, with Answer, Undefined and Failure in reply to Expand; the rest is Perl's.</summary>
enum PerlFrameType : byte
{
    /// <summary>Perl code to begin with.</summary>
    Start = (byte)'S',
    /// <summary>A subroutine and its arguments.</summary>
    Call = (byte)'C',
    /// <summary>The number of an Expand, and what it came to. From Perl: the value of a call.</summary>
    Answer = (byte)'V',
    /// <summary>A forced failure (with the number), or undef.</summary>
    Undefined = (byte)'U',
    /// <summary>Text of an error (after the number), or of die.</summary>
    Failure = (byte)'E',
    /// <summary>A number and a text for Exim::expand_string.</summary>
    Expand = (byte)'X',
    Log = (byte)'L',
    Debug = (byte)'D',
}

/// <summary>On the wire: the length of what follows in four bytes, the type, and each part with its length before it. Numbers have their high byte first.</summary>
readonly record struct PerlFrame(PerlFrameType Type, string[] Parts)
{
    // No expansion result may be larger.
    public const int MaxLength = 64 * 1024 * 1024;
    public const int PrefixLength = 4;

    public byte[] ToBytes()
    {
        var length = 1 + Parts.Sum(part => PrefixLength + part.Length);
        var bytes = new byte[PrefixLength + length];
        BinaryPrimitives.WriteInt32BigEndian(bytes, length);
        bytes[PrefixLength] = (byte)Type;
        var at = PrefixLength + 1;
        foreach (var part in Parts)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), part.Length);
            at += PrefixLength + Encoding.Latin1.GetBytes(part, bytes.AsSpan(at + PrefixLength));
        }
        return bytes;
    }

    /// <param name="bytes">Without the length in front.</param>
    public static PerlFrame? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty) return null;
        var parts = new List<string>();
        for (var rest = bytes[1..]; !rest.IsEmpty;)
        {
            if (rest.Length < PrefixLength || BinaryPrimitives.ReadInt32BigEndian(rest) is var length && (length < 0 || length > rest.Length - PrefixLength)) return null;
            parts.Add(Encoding.Latin1.GetString(rest.Slice(PrefixLength, length)));
            rest = rest[(PrefixLength + length)..];
        }
        return new((PerlFrameType)bytes[0], [.. parts]);
    }
}
