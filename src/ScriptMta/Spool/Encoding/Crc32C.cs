using System.Buffers.Binary;
using System.Numerics;

namespace ScriptMta.Spool;

/// <summary>CRC-32C (Castagnoli, RFC 3720 12.1), for which processors have an instruction. Results chain: pass the last as seed to go on.</summary>
static class Crc32C
{
    public static uint Compute(ReadOnlySpan<byte> bytes, uint seed = 0)
    {
        var crc = ~seed;
        while (bytes.Length >= 8)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var one in bytes) crc = BitOperations.Crc32C(crc, one);
        return ~crc;
    }
}
