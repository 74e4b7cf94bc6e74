using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace ScriptMta.Spool;

/// <summary>
/// The directory of segments: names, creation, headers. A segment begins with 64 bytes: magic, format version, number, marker,
/// checksum, and again in its second page, for without the marker no record can be told from noise; records begin in the third.
/// </summary>
sealed class SegmentFiles(ISpoolFiles files, string directory, string damagedDirectory)
{
    public const int FirstRecord = 8192;
    const int HeaderSize = 64, SecondCopy = 4096;
    /// <summary>Where the seal stands is noted here (32 bits), so that it is found without reading the segment. The seal's own checksum tells whether to believe it.</summary>
    const int SealNote = 128;
    const uint FormatVersion = 1;
    const string Suffix = ".journal";
    static ReadOnlySpan<byte> Magic => "ScriptMta spool\n"u8;

    public void CreateDirectories()
    {
        files.CreateDirectory(directory);
        files.CreateDirectory(damagedDirectory);
    }

    /// <summary>Durable when it returns, and empty. On failure nothing stays behind, where the disk still allows that.</summary>
    public Segment Create(uint sequence, long length)
    {
        var path = PathOf(sequence);
        var file = files.Create(path);
        try
        {
            var marker = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1; // never zero
            var header = Header(sequence, marker);
            file.Allocate(length);
            file.WriteAll(header, 0);
            file.WriteAll(header, SecondCopy);
            file.Sync();
            files.SyncDirectory(directory);
            return new(sequence, path, file, length, marker) { Contents = new() };
        }
        catch
        {
            file.Dispose();
            files.Delete(path);
            throw;
        }
    }

    /// <summary>The numbers of the segment files that are there, oldest first.</summary>
    public IReadOnlyList<uint> Existing()
    {
        var found = new List<uint>();
        foreach (var name in files.List(directory))
            if (name.EndsWith(Suffix, StringComparison.Ordinal)
                && uint.TryParse(name.AsSpan(0, name.Length - Suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
                found.Add(sequence);
        found.Sort();
        return found;
    }

    /// <summary>Marker 0: neither copy of the header can be read. A file of another format version is refused: SpoolException (Corrupt).</summary>
    public Segment Open(uint sequence)
    {
        var path = PathOf(sequence);
        var file = files.Open(path);
        try { return new(sequence, path, file, file.Length, ReadMarker(file, path, sequence, 0) ?? ReadMarker(file, path, sequence, SecondCopy) ?? 0); }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Durable with the segment's next sync.</summary>
    public static void NoteSeal(Segment segment, uint at)
    {
        Span<byte> note = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(note, at);
        segment.File.WriteAll(note, SealNote);
    }

    /// <summary>Zero: not sealed, or nobody noted it.</summary>
    public static uint NotedSeal(Segment segment)
    {
        Span<byte> note = stackalloc byte[sizeof(uint)];
        return segment.File.ReadUpTo(note, SealNote) == note.Length ? BinaryPrimitives.ReadUInt32LittleEndian(note) : 0;
    }

    /// <summary>The names of the files on stable storage.</summary>
    public void SyncNames() => files.SyncDirectory(directory);

    public void Delete(Segment segment)
    {
        segment.Dispose();
        files.Delete(segment.Path);
        files.SyncDirectory(directory);
    }

    /// <summary>Keeps a damaged segment for people to look at; returns where.</summary>
    public string SetAside(Segment segment, DateTimeOffset now)
    {
        segment.Dispose();
        var target = Path.Combine(damagedDirectory, $"{segment.Sequence:D10}-{now.UtcDateTime:yyyyMMddHHmmssfffffff}{Suffix}");
        files.Move(segment.Path, target);
        files.SyncDirectory(damagedDirectory);
        files.SyncDirectory(directory);
        return target;
    }

    string PathOf(uint sequence) => Path.Combine(directory, sequence.ToString("D10", CultureInfo.InvariantCulture) + Suffix);

    static ulong? ReadMarker(ISpoolFile file, string path, uint sequence, int offset)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        if (file.ReadUpTo(header, offset) < HeaderSize || !header[..Magic.Length].SequenceEqual(Magic)) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[32..]) != Crc32C.Compute(header[..32])) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(header[20..]) != sequence) return null;
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[16..]);
        return version == FormatVersion ? BinaryPrimitives.ReadUInt64LittleEndian(header[24..])
            : throw new SpoolException($"{path} has spool format {version}, this version reads {FormatVersion}: drain the spool with the version that wrote it", SpoolFault.Corrupt);
    }

    static byte[] Header(uint sequence, ulong marker)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), FormatVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(24), marker);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(32), Crc32C.Compute(header.AsSpan(0, 32)));
        return header;
    }
}
