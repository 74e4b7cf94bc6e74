using System.Buffers.Binary;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Queue;

/// <summary>Something that failed: Error as retry rules name it, Errno as logs show it, Domain of the address that was to be reached.</summary>
/// <param name="Place">Of a host: "name [address]:port", and the message's id where the failure is the message's.</param>
readonly record struct RetryFailure(string Error, int Errno, string Text, string Domain, string Place = "");

/// <summary>What is remembered of a host, domain or address that failed (Exim 32.9, 32.10). Expired: it failed past the last cutoff of its rule. Times are kept to the millisecond.</summary>
sealed record RetryRecord(DateTimeOffset FirstFailed, DateTimeOffset LastTried, DateTimeOffset NextTry, bool Expired, RetryFailure Failure)
{
    /// <summary>Of what a server said; more is in the log.</summary>
    const int LongestText = 500;
    const int Fixed = 1 + 3 * 8 + 1 + 4, Version = 1;

    /// <param name="key">Kept with the record, since a long one is not in the store as it is.</param>
    public byte[] Encode(string key)
    {
        var bytes = new byte[Fixed + Parts(key).Sum(s => 2 + Math.Min(s.Length, LongestPart))];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(1), FirstFailed.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(9), LastTried.ToUnixTimeMilliseconds());
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(17), NextTry.ToUnixTimeMilliseconds());
        bytes[25] = Expired ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(26), Failure.Errno);
        var at = Fixed;
        foreach (var part in Parts(key)) Append(bytes, ref at, part);
        return bytes;
    }

    string[] Parts(string key) => [key, Failure.Error, Failure.Domain, Failure.Text.Length > LongestText ? Failure.Text[..LongestText] : Failure.Text, Failure.Place];

    /// <summary>A hint holds 4096 bytes: five parts of this and what is fixed are less.</summary>
    const int LongestPart = 800;

    static void Append(byte[] bytes, ref int at, string part)
    {
        var length = Math.Min(part.Length, LongestPart);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(at), (ushort)length);
        Encoding.Latin1.GetBytes(part.AsSpan(0, length), bytes.AsSpan(at + 2));
        at += 2 + length;
    }

    /// <summary>Null when the bytes are not a record: a hint is then as good as none.</summary>
    public static RetryRecord? Decode(ReadOnlySpan<byte> bytes, out string key)
    {
        key = "";
        if (bytes.Length < Fixed || bytes[0] != Version) return null;
        var rest = bytes[Fixed..];
        if (!Take(ref rest, out key) || !Take(ref rest, out var error) || !Take(ref rest, out var domain) || !Take(ref rest, out var text) || !Take(ref rest, out var place)) return null;
        return new(Time(bytes[1..]), Time(bytes[9..]), Time(bytes[17..]), bytes[25] != 0, new(error, BinaryPrimitives.ReadInt32LittleEndian(bytes[26..]), text, domain, place));
    }

    static DateTimeOffset Time(ReadOnlySpan<byte> bytes) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(bytes), 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));

    static bool Take(ref ReadOnlySpan<byte> rest, out string part)
    {
        part = "";
        if (rest.Length < 2) return false;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(rest);
        if (rest.Length < 2 + length) return false;
        part = Latin1.Decode(rest.Slice(2, length));
        rest = rest[(2 + length)..];
        return true;
    }
}
