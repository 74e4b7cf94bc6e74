using System.Numerics;
using System.Runtime.CompilerServices;

namespace ScriptMta.Spool;

/// <summary>
/// The index's rows by key: 72 bytes a message and 4 to 8 of hash table. Rows stand in blocks that never move, so growing copies no rows, and the whole is never twice in memory (as a
/// Dictionary's entries would be). Not thread-safe.
/// </summary>
sealed class IndexTable
{
    const int BlockBits = 12, BlockSize = 1 << BlockBits;
    const int SmallestTable = 1024;
    const int None = -1;

    struct Row
    {
        public ulong High, Low;
        public IndexEntry Entry;
        /// <summary>The next row of the same bucket, or the next free one.</summary>
        public int Next;
        public bool IsUsed;
    }

    readonly List<Row[]> _blocks = [];
    int[] _buckets = NewBuckets(SmallestTable);
    int _rows;
    int _free = None;

    public int Count { get; private set; }

    /// <summary>A null reference when the key is not there. Valid until the row is removed.</summary>
    public ref IndexEntry Find(UInt128 key)
    {
        for (var at = _buckets[BucketOf(key)]; at != None;)
        {
            ref var row = ref RowAt(at);
            if (row.Low == (ulong)key && row.High == (ulong)(key >> 64)) return ref row.Entry;
            at = row.Next;
        }
        return ref Unsafe.NullRef<IndexEntry>();
    }

    /// <summary>The key must not be there.</summary>
    public void Add(UInt128 key, in IndexEntry entry)
    {
        if (Count >= _buckets.Length) Grow();
        var at = TakeRow();
        ref var bucket = ref _buckets[BucketOf(key)];
        RowAt(at) = new() { High = (ulong)(key >> 64), Low = (ulong)key, Entry = entry, Next = bucket, IsUsed = true };
        bucket = at;
        Count++;
    }

    public bool Remove(UInt128 key, out IndexEntry entry)
    {
        ref var link = ref _buckets[BucketOf(key)];
        while (link != None)
        {
            var at = link;
            ref var row = ref RowAt(at);
            if (row.Low == (ulong)key && row.High == (ulong)(key >> 64))
            {
                entry = row.Entry;
                link = row.Next;
                row = new() { Next = _free };
                _free = at;
                Count--;
                return true;
            }
            link = ref row.Next;
        }
        entry = default;
        return false;
    }

    public IEnumerable<(UInt128 Key, IndexEntry Entry)> All()
    {
        for (var at = 0; at < _rows; at++)
            if (RowAt(at) is { IsUsed: true } row) yield return (new(row.High, row.Low), row.Entry);
    }

    ref Row RowAt(int at) => ref _blocks[at >> BlockBits][at & (BlockSize - 1)];

    int TakeRow()
    {
        if (_free != None)
        {
            var at = _free;
            _free = RowAt(at).Next;
            return at;
        }
        if (_rows == _blocks.Count << BlockBits) _blocks.Add(new Row[BlockSize]);
        return _rows++;
    }

    void Grow()
    {
        _buckets = NewBuckets(_buckets.Length * 2);
        for (var at = 0; at < _rows; at++)
        {
            ref var row = ref RowAt(at);
            if (!row.IsUsed) continue;
            ref var bucket = ref _buckets[BucketOf(new(row.High, row.Low))];
            row.Next = bucket;
            bucket = at;
        }
    }

    /// <summary>Ids of one process differ in their low digits: the multiplication spreads these over the upper bits.</summary>
    int BucketOf(UInt128 key) => (int)((((ulong)key ^ ((ulong)(key >> 64) * 0x9E37_79B9_7F4A_7C15)) * 0xD6E8_FEB8_6659_FD93) >> (64 - BitOperations.Log2((uint)_buckets.Length)));

    static int[] NewBuckets(int size)
    {
        var buckets = new int[size];
        Array.Fill(buckets, None);
        return buckets;
    }
}
