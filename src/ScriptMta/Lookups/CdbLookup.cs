using System.Buffers.Binary;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>cdb: D. J. Bernstein's constant database; keys are exact bytes (Exim 9.3).</summary>
sealed class CdbLookup : ILookup
{
    readonly FileCache<CdbFile> _files = new("for cdb lookup", "cdb", bytes => new CdbFile(bytes));

    public string Type => "cdb";
    public bool IsQuery => false;

    public LookupResult Find(LookupRequest request)
    {
        if (_files.Get(request.File!, out var reason) is not { } file) return new LookupResult.Failed(reason);
        try
        {
            return file.Find(Latin1.Encode(request.Key.Text)) is { } data ? new LookupResult.Found(Value.Clean(data)) : LookupResult.NotFound.Instance;
        }
        catch (ArgumentOutOfRangeException)
        {
            return new LookupResult.Deferred($"cdb: corrupt cdb file {request.File} (too short)");
        }
    }

    /// <summary>256 tables of (hash, position), found by the low byte of the key's hash; all numbers are 32 bits, little-endian.</summary>
    sealed class CdbFile
    {
        const int HeaderSize = 2048;
        readonly byte[] _bytes;

        public CdbFile(byte[] bytes)
        {
            if (bytes.Length < HeaderSize) throw new InvalidDataException("too short for cdb lookup");
            _bytes = bytes;
        }

        public string? Find(ReadOnlySpan<byte> key)
        {
            var hash = 5381u;
            foreach (var b in key) hash = (hash << 5) + hash ^ b;
            var (table, slots) = (Number((hash & 255) * 8), Number((hash & 255) * 8 + 4));
            for (var tried = 0u; tried < slots; tried++)
            {
                var slot = table + ((hash >> 8) % slots + tried) % slots * 8L;
                var at = Number(slot + 4);
                if (at == 0) return null;
                if (Number(slot) != hash) continue;
                var (keyLength, dataLength) = (Number(at), Number(at + 4L));
                if (keyLength == key.Length && Slice(at + 8L, keyLength).SequenceEqual(key)) return Encoding.Latin1.GetString(Slice(at + 8L + keyLength, dataLength));
            }
            return null;
        }

        uint Number(long at) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(at, 4));

        ReadOnlySpan<byte> Slice(long at, uint length)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(at + length, _bytes.Length, nameof(at));
            return _bytes.AsSpan((int)at, (int)length);
        }
    }
}
