using System.Buffers.Binary;
using System.Numerics;

namespace ScriptMta.Expansion;

/// <summary>SHA-3 (FIPS 202). The platform's own needs OpenSSL 1.1.1 with SHA-3 and knows no 224-bit form.</summary>
static class Keccak
{
    const int Rounds = 24;
    const int StateBytes = 200;

    static readonly ulong[] RoundConstants = MakeRoundConstants();

    public static byte[] Sha3(ReadOnlySpan<byte> data, int bits)
    {
        var rate = Rate(bits);
        var state = new ulong[25];
        for (; data.Length >= rate; data = data[rate..]) Absorb(state, data[..rate]);
        var last = new byte[rate];
        data.CopyTo(last);
        last[data.Length] = 0x06;
        last[rate - 1] |= 0x80;
        Absorb(state, last);
        var digest = new byte[bits / 8];
        for (var i = 0; i < digest.Length; i++) digest[i] = (byte)(state[i / 8] >> (8 * (i % 8)));
        return digest;
    }

    /// <summary>Bytes taken in at a time.</summary>
    public static int Rate(int bits) => StateBytes - bits / 4;

    static void Absorb(ulong[] state, ReadOnlySpan<byte> block)
    {
        for (var i = 0; i < block.Length / 8; i++) state[i] ^= BinaryPrimitives.ReadUInt64LittleEndian(block[(i * 8)..]);
        for (var round = 0; round < Rounds; round++) Round(state, RoundConstants[round]);
    }

    static void Round(ulong[] a, ulong constant)
    {
        Span<ulong> column = stackalloc ulong[5];
        Span<ulong> b = stackalloc ulong[25];
        for (var x = 0; x < 5; x++) column[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (var i = 0; i < 25; i++) a[i] ^= column[(i + 4) % 5] ^ BitOperations.RotateLeft(column[(i + 1) % 5], 1);
        Rotate(a, b);
        for (var y = 0; y < 25; y += 5)
            for (var x = 0; x < 5; x++) a[y + x] = b[y + x] ^ (~b[y + (x + 1) % 5] & b[y + (x + 2) % 5]);
        a[0] ^= constant;
    }

    /// <summary>Rho and pi: lane (x, y) turns by a triangular number and moves to (y, 2x+3y).</summary>
    static void Rotate(ulong[] a, Span<ulong> b)
    {
        b[0] = a[0];
        var (x, y) = (1, 0);
        for (var t = 0; t < 24; t++)
        {
            var (nextX, nextY) = (y, (2 * x + 3 * y) % 5);
            b[nextX + 5 * nextY] = BitOperations.RotateLeft(a[x + 5 * y], (t + 1) * (t + 2) / 2 % 64);
            (x, y) = (nextX, nextY);
        }
    }

    /// <summary>Iota: bits at 2^j - 1 from a linear feedback register.</summary>
    static ulong[] MakeRoundConstants()
    {
        var constants = new ulong[Rounds];
        var register = 1;
        for (var round = 0; round < Rounds; round++)
            for (var j = 0; j < 7; j++)
            {
                if ((register & 1) != 0) constants[round] |= 1UL << ((1 << j) - 1);
                register = (register << 1) ^ ((register >> 7) * 0x171);
            }
        return constants;
    }
}
