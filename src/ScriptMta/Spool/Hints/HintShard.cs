using System.Buffers.Binary;

namespace ScriptMta.Spool;

/// <summary>
/// A part of the hints in memory: records one after the other in chunks of bytes, and an open-addressed index of their places, so that a hint costs its key,
/// its value and some 24 bytes, and the garbage collector sees chunks only. Not thread-safe: callers hold <see cref="Gate"/>.
/// </summary>
sealed class HintShard(long mostBytes)
{
    public const int MaxKey = 255;
    public const int MaxValue = 4096;

    /// <summary>Under the size at which .NET takes an array for a large object, which it would not move.</summary>
    const int ChunkSize = 64 << 10;
    const int Header = 12, Empty = 0, Gone = -1, FewestSlots = 16;

    // A record: hash (4), expiry in Unix seconds (4), length of the value (2), table (1), length of the key (1), key, value. Expiry 0: dead.
    List<byte[]> _chunks = [];
    int _free = ChunkSize;
    int[] _slots = new int[FewestSlots];
    int _taken;

    public Lock Gate { get; } = new();
    public int Count { get; private set; }
    /// <summary>Of the records that live, expired ones included.</summary>
    public long LiveBytes { get; private set; }
    long _deadBytes;
    int _chunksAtLook = 1;

    /// <summary>The place of a record that has not expired, or -1.</summary>
    public int Find(uint hash, HintTable table, ReadOnlySpan<byte> key, uint now)
    {
        var at = Seek(hash, table, key, out _);
        return at >= 0 && Expiry(at) > now ? at : -1;
    }

    public ReadOnlySpan<byte> Value(int at)
    {
        var record = At(at);
        return record.Slice(Header + record[11], BinaryPrimitives.ReadUInt16LittleEndian(record[8..]));
    }

    public uint Expiry(int at) => BinaryPrimitives.ReadUInt32LittleEndian(At(at)[4..]);

    /// <summary>True when others had to go to make room.</summary>
    public bool Set(uint hash, HintTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint expires, uint now)
    {
        var at = Seek(hash, table, key, out var slot);
        if (at >= 0 && Value(at).Length == value.Length)
        {
            var record = At(at);
            BinaryPrimitives.WriteUInt32LittleEndian(record[4..], expires);
            value.CopyTo(record[(Header + key.Length)..]);
            return false;
        }
        if (at >= 0) Kill(at, slot);
        var evicted = MakeRoom(Header + key.Length + value.Length, now);
        Add(hash, table, key, value, expires);
        return evicted;
    }

    public bool Remove(uint hash, HintTable table, ReadOnlySpan<byte> key)
    {
        var at = Seek(hash, table, key, out var slot);
        if (at >= 0) Kill(at, slot);
        return at >= 0;
    }

    public delegate void Visitor(HintTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint expires);

    public void Visit(uint now, Visitor visit)
    {
        foreach (var at in Places())
        {
            var record = At(at);
            if (Expiry(at) > now) visit((HintTable)record[10], record.Slice(Header, record[11]), Value(at), Expiry(at));
        }
    }

    Span<byte> At(int at) => _chunks[at >> 16].AsSpan(at & 0xffff);

    static int Size(ReadOnlySpan<byte> record) => Header + record[11] + BinaryPrimitives.ReadUInt16LittleEndian(record[8..]);

    int Seek(uint hash, HintTable table, ReadOnlySpan<byte> key, out int slot)
    {
        for (slot = (int)hash & (_slots.Length - 1); _slots[slot] != Empty; slot = (slot + 1) & (_slots.Length - 1))
        {
            if (_slots[slot] == Gone) continue;
            var at = _slots[slot] - 1;
            var record = At(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == hash && record[10] == (byte)table && record.Slice(Header, record[11]).SequenceEqual(key)) return at;
        }
        return -1;
    }

    void Kill(int at, int slot)
    {
        var record = At(at);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], 0);
        (LiveBytes, _deadBytes, Count) = (LiveBytes - Size(record), _deadBytes + Size(record), Count - 1);
        _slots[slot] = Gone;
    }

    void Add(uint hash, HintTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint expires)
    {
        var size = Header + key.Length + value.Length;
        if (_free + size > ChunkSize)
        {
            if (_chunks.Count > 0) _chunks[^1].AsSpan(_free).Clear();
            _chunks.Add(GC.AllocateUninitializedArray<byte>(ChunkSize));
            _free = 0;
        }
        var at = (_chunks.Count - 1) << 16 | _free;
        var record = At(at);
        BinaryPrimitives.WriteUInt32LittleEndian(record, hash);
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], expires);
        BinaryPrimitives.WriteUInt16LittleEndian(record[8..], (ushort)value.Length);
        (record[10], record[11]) = ((byte)table, (byte)key.Length);
        key.CopyTo(record[Header..]);
        value.CopyTo(record[(Header + key.Length)..]);
        (_free, LiveBytes, Count) = (_free + size, LiveBytes + size, Count + 1);
        if ((_taken + 1) * 3 > _slots.Length * 2) Index();
        else Enter(at, hash);
    }

    void Enter(int at, uint hash)
    {
        var slot = (int)hash & (_slots.Length - 1);
        while (_slots[slot] is not (Empty or Gone)) slot = (slot + 1) & (_slots.Length - 1);
        if (_slots[slot] == Empty) _taken++;
        _slots[slot] = at + 1;
    }

    void Index()
    {
        var size = FewestSlots;
        while (size < Count * 2) size *= 2;
        (_slots, _taken) = (new int[size], 0);
        foreach (var at in Places()) Enter(at, BinaryPrimitives.ReadUInt32LittleEndian(At(at)));
    }

    /// <summary>Where the records are that are not dead. A table of 0, never written, ends a chunk that was not filled.</summary>
    IEnumerable<int> Places()
    {
        for (var chunk = 0; chunk < _chunks.Count; chunk++)
            for (var at = 0; at + Header <= (chunk == _chunks.Count - 1 ? _free : ChunkSize) && _chunks[chunk][at + 10] != 0; at += Size(_chunks[chunk].AsSpan(at)))
                if (BinaryPrimitives.ReadUInt32LittleEndian(_chunks[chunk].AsSpan(at + 4)) != 0) yield return chunk << 16 | at;
    }

    /// <summary>Before a new chunk is taken: dead and expired records leave when they are worth it; at the limit the quarter that expires first does.</summary>
    bool MakeRoom(int size, uint now)
    {
        if (_chunks.Count == 0 || _free + size <= ChunkSize) return false;
        // Expired records are not counted; to look for them whenever there are twice as many chunks as after the last look costs little.
        if (_deadBytes > LiveBytes / 2 || _chunks.Count > 2 * _chunksAtLook) Rebuild(now);
        if ((_chunks.Count + 1L) * ChunkSize <= mostBytes) return false;
        Rebuild(now);
        if (LiveBytes + size <= mostBytes / 4 * 3) return false;
        var (cutoff, most) = FirstQuarter();
        Rebuild(now, cutoff, most);
        return true;
    }

    (uint Cutoff, int Most) FirstQuarter()
    {
        var expiries = Places().Select(Expiry).ToArray();
        Array.Sort(expiries);
        return expiries.Length == 0 ? (0, 0) : (expiries[expiries.Length / 4], expiries.Length / 4 + 1);
    }

    /// <summary>Copies what has not expired into chunks of its own, without the first <paramref name="most"/> that expire by <paramref name="cutoff"/>.</summary>
    void Rebuild(uint now, uint cutoff = 0, int most = 0)
    {
        var old = new HintShard(long.MaxValue) { _chunks = _chunks, _free = _free };
        (_chunks, _free, Count, LiveBytes, _deadBytes) = ([], ChunkSize, 0, 0, 0);
        (_slots, _taken) = (new int[FewestSlots], 0);
        foreach (var at in old.Places())
        {
            var record = old.At(at);
            if (old.Expiry(at) <= cutoff && most-- > 0) continue;
            if (old.Expiry(at) > now) Add(BinaryPrimitives.ReadUInt32LittleEndian(record), (HintTable)record[10], record.Slice(Header, record[11]), old.Value(at), old.Expiry(at));
        }
        _chunksAtLook = _chunks.Count;
    }
}
