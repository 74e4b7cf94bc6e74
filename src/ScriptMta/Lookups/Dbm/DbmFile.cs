using System.Buffers.Binary;

namespace ScriptMta.Lookups;

/// <summary>
/// A Berkeley DB file of type hash (version 5 to 10) or btree (8 to 10), as libdb 3 to 6 and so Debian's exim_dbmbuild write it, read without libdb. Every page is
/// gone through once and its keys indexed, so that neither hash function nor tree order matters. Every offset is checked: damage is an InvalidDataException.
/// </summary>
sealed class DbmFile
{
    const uint HashMagic = 0x061561, BtreeMagic = 0x053162;
    const int MetaSize = 512, MinPage = 512, MaxPage = 65536, PageHeader = 26;
    const byte UnsortedHashPage = 2, BtreeLeaf = 5, OverflowPage = 7, HashPage = 13;
    // What a rule can ask for is far shorter; it keeps the work that a hostile file can cause in proportion to its size.
    const int LongestKey = 8192;

    readonly byte[] _bytes;
    readonly bool _isBigEndian;
    readonly int _pageSize;
    /// <summary>Where each key's place in its page's index stands; its data has the next place.</summary>
    readonly List<int> _entries = [];
    readonly KeyIndex _index;

    public DbmFile(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < MetaSize) throw NoDatabase("too short");
        _isBigEndian = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(12)) is HashMagic or BtreeMagic;
        if (Number(12) is not (HashMagic or BtreeMagic)) throw NoDatabase("neither a hash nor a btree file of Berkeley DB");
        // Encryption, checksums (1) and partitions (2, 4) move everything; so do databases inside of a database (btree flag 0x20).
        if (bytes[24] != 0 || (bytes[26] & 7) != 0 || (Number(12) == BtreeMagic && (Number(48) & 0x20) != 0)) throw NoDatabase("encrypted, checksummed, partitioned or made of several databases");
        var size = Number(20);
        if (size is < MinPage or > MaxPage || (size & size - 1) != 0) throw NoDatabase($"page size {size}");
        _pageSize = (int)size;
        if ((Number(32) + 1L) * _pageSize > bytes.Length) throw NoDatabase("cut short");
        FindEntries();
        _index = new KeyIndex(_entries.Count);
        for (var entry = 0; entry < _entries.Count; entry++) Insert(entry);
    }

    public int Count => _entries.Count;

    /// <summary>Null when there is no such key.</summary>
    public byte[]? Find(ReadOnlySpan<byte> key)
    {
        for (var slot = _index.First(key); _index.Entry(slot) is >= 0 and var entry; slot = _index.Next(slot))
            if (Item(_entries[entry], LongestKey).SequenceEqual(key)) return Item(_entries[entry] + 2, _bytes.Length).ToArray();
        return null;
    }

    static InvalidDataException NoDatabase(string why) => new($"as a db (v4.1+) file: {why}: make one from the text with exim_dbmbuild, or use lsearch");

    static InvalidDataException Damaged(int page) => new($"as a db (v4.1+) file: damaged in page {page}: rebuild it");

    void FindEntries()
    {
        for (var page = 1; (page + 1L) * _pageSize <= _bytes.Length; page++)
        {
            var start = page * _pageSize;
            if (_bytes[start + 25] is not (UnsortedHashPage or HashPage or BtreeLeaf)) continue;
            var places = Short(start + 20);
            if (PageHeader + places * 2 > _pageSize) throw Damaged(page);
            for (var i = 0; i + 1 < places; i += 2)
                if (!IsDeleted(start + PageHeader + i * 2)) _entries.Add(start + PageHeader + i * 2);
        }
    }

    void Insert(int entry)
    {
        var key = Item(_entries[entry], LongestKey);
        var slot = _index.First(key);
        for (; _index.Entry(slot) is >= 0 and var other; slot = _index.Next(slot))
            if (Item(_entries[other], LongestKey).SequenceEqual(key)) return;
        _index.Set(slot, entry);
    }

    /// <summary>Btree items are marked when they are deleted, and stay until their page is compacted; a deleted datum takes its key with it.</summary>
    bool IsDeleted(int place) => _bytes[place / _pageSize * _pageSize + 25] == BtreeLeaf && ((TypeAt(place) | TypeAt(place + 2)) & 0x80) != 0;

    byte TypeAt(int place) => Slice(place / _pageSize, Short(place) + 2, 1)[0];

    /// <summary>The bytes of the item whose place in the page's index is given; empty when longer than the limit.</summary>
    ReadOnlySpan<byte> Item(int place, int limit)
    {
        var page = place / _pageSize;
        return _bytes[page * _pageSize + 25] == BtreeLeaf ? BtreeItem(page, Short(place), limit) : HashItem(page, place, limit);
    }

    /// <summary>Length (2 bytes), type, bytes; or type 3 with page and length of what is kept elsewhere.</summary>
    ReadOnlySpan<byte> BtreeItem(int page, int offset, int limit) => (Slice(page, offset + 2, 1)[0] & 0x7f) switch
    {
        1 => Slice(page, offset + 3, Short(page * _pageSize + offset)),
        3 => Overflow(page, offset, limit),
        _ => throw Damaged(page),
    };

    /// <summary>Type, then bytes up to the item before; type 2 = several data of one key, each between its lengths; type 3 = kept elsewhere.</summary>
    ReadOnlySpan<byte> HashItem(int page, int place, int limit)
    {
        var offset = Short(place);
        var end = place - page * _pageSize == PageHeader ? _pageSize : Short(place - 2);
        var item = Slice(page, offset, end - offset);
        switch (item.IsEmpty ? 0 : item[0])
        {
            case 1: return item[1..];
            case 2 when item.Length >= 3: return Slice(page, offset + 3, Short(page * _pageSize + offset + 1));
            case 3: return Overflow(page, offset, limit);
            default: throw Damaged(page);
        }
    }

    /// <summary>Pages of type 7, each with its count of bytes and the number of the next.</summary>
    ReadOnlySpan<byte> Overflow(int page, int offset, int limit)
    {
        Slice(page, offset, 12);
        var at = page * _pageSize + offset;
        var (next, length) = (Number(at + 4), Number(at + 8));
        if (length > _bytes.Length) throw Damaged(page);
        if (length > limit) return [];
        var data = new byte[length];
        for (var got = 0; got < data.Length;)
        {
            if (next == 0 || (next + 1L) * _pageSize > _bytes.Length || _bytes[next * _pageSize + 25] != OverflowPage) throw Damaged(page);
            var part = Slice((int)next, PageHeader, Short((int)next * _pageSize + 22));
            if (part.IsEmpty || part.Length > data.Length - got) throw Damaged((int)next);
            part.CopyTo(data.AsSpan(got));
            got += part.Length;
            next = Number((int)next * _pageSize + 16);
        }
        return data;
    }

    ReadOnlySpan<byte> Slice(int page, int offset, int length) =>
        offset < PageHeader || length < 0 || offset + length > _pageSize ? throw Damaged(page) : _bytes.AsSpan(page * _pageSize + offset, length);

    int Short(int at) => _isBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(at)) : BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    uint Number(int at) => _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(_bytes.AsSpan(at)) : BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));
}
