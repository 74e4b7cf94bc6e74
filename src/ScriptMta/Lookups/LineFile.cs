using System.Runtime.InteropServices;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

/// <summary>
/// A file of keys and data as lsearch and its relatives read it (Exim 9.3): the file's bytes and an index of about eight bytes an entry, nothing else.
/// The first line with a key wins. Immutable.
/// </summary>
sealed class LineFile
{
    readonly byte[] _bytes;
    /// <summary>Where each entry's line begins, in the order of the file.</summary>
    readonly int[] _entries;
    readonly KeyIndex _index;

    public LineFile(byte[] bytes)
    {
        _bytes = bytes;
        _entries = FindEntries(bytes);
        _index = new KeyIndex(_entries.Length);
        for (var i = 0; i < _entries.Length; i++) Insert(i);
    }

    public int Count => _entries.Length;

    /// <summary>The first entry with the key, letters compared without case; -1 when there is none.</summary>
    public int Find(string key)
    {
        Span<byte> lower = key.Length <= 256 ? stackalloc byte[key.Length] : new byte[key.Length];
        Encoding.Latin1.GetBytes(AsciiCase.Lower(key), lower);
        for (var slot = _index.First(lower); _index.Entry(slot) is >= 0 and var entry; slot = _index.Next(slot))
            if (SameKey(entry, lower)) return entry;
        return -1;
    }

    /// <summary>The key of an entry as written, without quotes and with escapes undone.</summary>
    public string Key(int entry) => Latin1.Decode(KeyBytes(_entries[entry], out _));

    /// <summary>The data of an entry: trimmed, and each continuation line joined with one space.</summary>
    public string Data(int entry) => Text(entry, AfterKey(_entries[entry]));

    /// <summary>ret=full: the key and all that follows it; a quoted key without its quotes.</summary>
    public string Line(int entry)
    {
        var key = KeyBytes(_entries[entry], out var end);
        return Latin1.Decode(key) + Text(entry, end);
    }

    string Text(int entry, int from)
    {
        var line = _entries[entry];
        var first = _bytes.AsSpan(from, Math.Max(ContentEnd(line) - from, 0));
        var next = LineEnd(line) + 1;
        if (!IsContinuation(next)) return Latin1.Decode(first);
        var text = new StringBuilder(Latin1.Decode(first));
        for (; IsContinuation(next); next = LineEnd(next) + 1)
        {
            var end = ContentEnd(next);
            var start = SkipBlanks(next, end);
            text.Append(' ').Append(Latin1.Decode(_bytes.AsSpan(start, end - start)));
        }
        return text.ToString();
    }

    /// <summary>A line that begins with white space and holds something. A blank or comment line ends an entry, as Exim 4.96 has it.</summary>
    bool IsContinuation(int at)
    {
        if (at >= _bytes.Length || !IsSpace(_bytes[at])) return false;
        var end = LineEnd(at);
        return SkipBlanks(at, end) < end;
    }

    int AfterKey(int line)
    {
        _ = KeyBytes(line, out var end);
        var stop = LineEnd(line);
        end = SkipBlanks(end, stop);
        if (end < stop && _bytes[end] == ':') end++;
        return SkipBlanks(end, stop);
    }

    ReadOnlySpan<byte> KeyBytes(int line, out int end)
    {
        if (_bytes[line] == '"') return QuotedKey(line, out end);
        end = line;
        while (end < _bytes.Length && _bytes[end] != ':' && !IsSpace(_bytes[end])) end++;
        return _bytes.AsSpan(line, end - line);
    }

    ReadOnlySpan<byte> QuotedKey(int line, out int end)
    {
        var stop = ContentEnd(line);
        var key = new List<byte>();
        for (end = line + 1; end < stop && _bytes[end] != '"';)
            key.Add(_bytes[end] == '\\' ? QuotedEscape.Read(_bytes.AsSpan(0, stop), ref end) : _bytes[end++]);
        if (end < stop) end++;
        return CollectionsMarshal.AsSpan(key);
    }

    bool SameKey(int entry, ReadOnlySpan<byte> lower)
    {
        var key = KeyBytes(_entries[entry], out _);
        if (key.Length != lower.Length) return false;
        for (var i = 0; i < key.Length; i++)
            if (Lower(key[i]) != lower[i]) return false;
        return true;
    }

    void Insert(int entry)
    {
        var key = KeyBytes(_entries[entry], out _);
        Span<byte> lower = key.Length <= 256 ? stackalloc byte[key.Length] : new byte[key.Length];
        for (var i = 0; i < key.Length; i++) lower[i] = Lower(key[i]);
        var slot = _index.First(lower);
        for (; _index.Entry(slot) is >= 0 and var other; slot = _index.Next(slot))
            if (SameKey(other, lower)) return;
        _index.Set(slot, entry);
    }

    static int[] FindEntries(byte[] bytes)
    {
        var entries = new List<int>(bytes.Length / 24);
        for (var at = 0; at < bytes.Length;)
        {
            var first = bytes[at];
            if (first != '#' && first != '\n' && !IsSpace(first)) entries.Add(at);
            var length = bytes.AsSpan(at).IndexOf((byte)'\n');
            at = length < 0 ? bytes.Length : at + length + 1;
        }
        return [.. entries];
    }

    /// <summary>Where the white space at the end of the line begins; in Exim a last line without newline keeps it.</summary>
    int ContentEnd(int line)
    {
        var end = LineEnd(line);
        if (end < _bytes.Length)
            while (end > line && IsSpace(_bytes[end - 1])) end--;
        return end;
    }

    int LineEnd(int at)
    {
        var length = _bytes.AsSpan(at).IndexOf((byte)'\n');
        return length < 0 ? _bytes.Length : at + length;
    }

    int SkipBlanks(int at, int end)
    {
        while (at < end && IsSpace(_bytes[at])) at++;
        return at;
    }

    static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 0x20) : b;
    static bool IsSpace(byte b) => b is (byte)' ' or (>= 9 and <= 13);
}
