using System.Numerics;

namespace ScriptMta.Lookups;

/// <summary>Entry numbers by the hash of their key, open addressing, eight to sixteen bytes an entry; who uses it compares the keys.</summary>
readonly struct KeyIndex
{
    /// <summary>Entry number plus one; 0 = free.</summary>
    readonly int[] _slots;

    public KeyIndex(int entries) => _slots = new int[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(entries * 2L, 4))];

    /// <summary>Where to look first; entries follow with <see cref="Next"/> until <see cref="Entry"/> is negative.</summary>
    public int First(ReadOnlySpan<byte> key)
    {
        var hash = 14695981039346656037UL; // FNV-1a
        foreach (var b in key) hash = (hash ^ b) * 1099511628211UL;
        return (int)((hash ^ hash >> 32) & (uint)(_slots.Length - 1));
    }

    public int Next(int slot) => slot + 1 & _slots.Length - 1;

    public int Entry(int slot) => _slots[slot] - 1;

    public void Set(int slot, int entry) => _slots[slot] = entry + 1;
}
