namespace ScriptMta.Tests.Lookups;

/// <summary>Turns a little-endian btree file of Berkeley DB into what a big-endian machine would have written: each number of each page reversed.</summary>
static class BigEndian
{
    const int Page = 4096, Header = 26;
    static readonly int[] MetaNumbers = [0, 4, 8, 12, 16, 20, 28, 32, 36, 40, 44, 48], PageNumbers = [0, 4, 8, 12, 16];

    public static bool Swap(byte[] bytes)
    {
        foreach (var at in MetaNumbers) Array.Reverse(bytes, at, 4);
        for (var page = Page; page < bytes.Length; page += Page)
        {
            var type = bytes[page + 25];
            if (type == 5) SwapItems(bytes, page);
            foreach (var at in PageNumbers) Array.Reverse(bytes, page + at, 4);
            Array.Reverse(bytes, page + 20, 2);
            Array.Reverse(bytes, page + 22, 2);
        }
        return bytes[12] == 0;
    }

    static void SwapItems(byte[] bytes, int page)
    {
        foreach (var item in Enumerable.Range(0, BitConverter.ToUInt16(bytes, page + 20)).Select(i => page + BitConverter.ToUInt16(bytes, page + Header + i * 2)).Distinct().ToList())
        {
            if ((bytes[item + 2] & 0x7f) == 3) { Array.Reverse(bytes, item + 4, 4); Array.Reverse(bytes, item + 8, 4); }
            else Array.Reverse(bytes, item, 2);
        }
        for (var i = BitConverter.ToUInt16(bytes, page + 20) - 1; i >= 0; i--) Array.Reverse(bytes, page + Header + i * 2, 2);
    }
}
