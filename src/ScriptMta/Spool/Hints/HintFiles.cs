using System.Buffers.Binary;
using System.Globalization;
using ScriptMta.Common.Posix;

namespace ScriptMta.Spool;

/// <summary>
/// The files of the hints. "base-N" holds everything at the moment when "log-N" was begun, "log-N" and later ones what changed since; a base that is not whole has another
/// name. A file is 8 bytes of magic and records: CRC-32C of the rest (4), length of the value (2), expiry (4; 0 = removed), table (1), length of the key (1), key, value.
/// </summary>
static class HintFiles
{
    public static ReadOnlySpan<byte> Magic => "SMHINT1\n"u8;
    public const int Header = 12;
    /// <summary>One read: thousands of records.</summary>
    const int ReadSize = 1 << 20;
    /// <summary>A reader beside the owner may find that files have been replaced by newer ones.</summary>
    const int Attempts = 3;

    public readonly record struct Found(long Generation, long LogLength, long Bytes, bool IsWhole);

    public static string Base(string directory, long generation) => Path.Combine(directory, $"base-{generation}");
    public static string Log(string directory, long generation) => Path.Combine(directory, $"log-{generation}");

    /// <summary>Gives all records in the order in which they count. Never throws: what cannot be read is told and left out.</summary>
    public static Found Load(string directory, ISpoolFiles files, HintShard.Visitor take, Action<string> trouble)
    {
        for (var attempt = 1; ; attempt++)
            try { return TryLoad(directory, files, take, trouble); }
            catch (IOException error)
            {
                if (error.HResult == PosixError.NoEntry && attempt < Attempts) continue;
                trouble($"hints in {directory} cannot be read ({error.Message}); they begin anew");
                return new(0, 0, 0, false);
            }
    }

    static Found TryLoad(string directory, ISpoolFiles files, HintShard.Visitor take, Action<string> trouble)
    {
        var names = Names(directory, files);
        var from = Numbers(names, "base-").DefaultIfEmpty(0).Max();
        var logs = Numbers(names, "log-").Where(n => n >= from).Order().ToList();
        var (bytes, whole, last) = (0L, true, 0L);
        if (names.Contains($"base-{from}")) whole &= Read(Base(directory, from), files, take, trouble, ref bytes);
        foreach (var log in logs)
        {
            var before = bytes;
            whole &= Read(Log(directory, log), files, take, trouble, ref bytes);
            last = bytes - before;
        }
        return new(logs.Count > 0 ? logs[^1] : from, last, bytes, whole);
    }

    /// <summary>None where the directory is yet to be made.</summary>
    static IReadOnlyList<string> Names(string directory, ISpoolFiles files)
    {
        try { return files.List(directory); }
        catch (DirectoryNotFoundException) { return []; }
    }

    public static IEnumerable<long> Numbers(IEnumerable<string> names, string prefix) =>
        names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal))
            .Select(n => long.TryParse(n.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).Where(n => n >= 0);

    static bool Read(string path, ISpoolFiles files, HintShard.Visitor take, Action<string> trouble, ref long total)
    {
        using var file = files.Open(path);
        var buffer = new byte[ReadSize];
        long good = 0;
        while (true)
        {
            var length = file.ReadUpTo(buffer, good);
            var used = Records(buffer.AsSpan(0, length), isStart: good == 0, take);
            good += used;
            if (used > 0 && length == buffer.Length) continue;
            total += good;
            if (good < file.Length) trouble($"hints: {file.Length - good} bytes of {path} are damaged and forgotten");
            return good >= file.Length;
        }
    }

    /// <summary>How many bytes were good records.</summary>
    static int Records(ReadOnlySpan<byte> bytes, bool isStart, HintShard.Visitor take)
    {
        if (isStart && !bytes.StartsWith(Magic)) return 0;
        var at = isStart ? Magic.Length : 0;
        while (at + Header <= bytes.Length)
        {
            var record = bytes[at..];
            var (key, value) = (record[11], BinaryPrimitives.ReadUInt16LittleEndian(record[4..]));
            var size = Header + key + value;
            if (record[10] == 0 || value > HintShard.MaxValue || size > record.Length || Crc32C.Compute(record[4..size]) != BinaryPrimitives.ReadUInt32LittleEndian(record)) break;
            take((HintTable)record[10], record.Slice(Header, key), record.Slice(Header + key, value), BinaryPrimitives.ReadUInt32LittleEndian(record[6..]));
            at += size;
        }
        return at;
    }

    /// <summary>Writes a record; returns its size. The room must be there: <see cref="Header"/> and both lengths.</summary>
    public static int Encode(Span<byte> into, HintTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint expires)
    {
        var size = Header + key.Length + value.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(into[4..], (ushort)value.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(into[6..], expires);
        (into[10], into[11]) = ((byte)table, (byte)key.Length);
        key.CopyTo(into[Header..]);
        value.CopyTo(into[(Header + key.Length)..]);
        BinaryPrimitives.WriteUInt32LittleEndian(into, Crc32C.Compute(into[4..size]));
        return size;
    }
}
