using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using ScriptMta.Common.Posix;

namespace ScriptMta.Lookups;

/// <summary>
/// Files read into memory for lookups, each as long as its device, inode, size and time of change stay the same, so that a change is seen by the next
/// lookup. Reads regular files only, and opens without waiting: a FIFO or device could hold the caller for ever. Errors have Exim's words.
/// </summary>
/// <param name="purpose">As Exim says it: "for linear search", "as a db (v4.1+) file".</param>
/// <param name="parse">Says by an InvalidDataException what is wrong, as it reads after "failed to open FILE".</param>
sealed class FileCache<T>(string purpose, string type, Func<byte[], T> parse) where T : class
{
    // lookup_open_max is 25 files in Exim; parsed files are worth more than descriptors, and a configuration names some dozens.
    const int Limit = 256;
    // .NET arrays end at 2 GiB; long before, a database serves better.
    const long SizeLimit = 1L << 30;
    // Asking the kernel costs more than all the rest of a lookup. A change is seen this much later at most: sooner than whoever made it could tell us.
    static readonly long FreshFor = TimeProvider.System.TimestampFrequency / 1000;
    // A writer that does not rename can be seen half-way; it is given this many looks to finish.
    const int Attempts = 3;

    sealed class Kept(FileStatus status, T content)
    {
        /// <summary>When the file was last seen to be unchanged.</summary>
        public long SeenAt;

        public FileStatus Status => status;
        public T Content => content;
    }

    readonly ConcurrentDictionary<string, Kept> _files = new(StringComparer.Ordinal);
    /// <summary>One reader a file: a hundred sessions that see the same large file changed must not each read it.</summary>
    readonly ConcurrentDictionary<string, Lock> _gates = new(StringComparer.Ordinal);

    /// <summary>Null with a reason that names the file.</summary>
    public T? Get(string path, out string reason)
    {
        // Exim's processes stand in the spool directory; a name without a leading slash means nothing that anybody would want.
        if (path.Length == 0 || path[0] != '/') return Failed(path, "No such file or directory", out reason);
        if (Known(path, out reason) is { } known) return known;
        if (reason.Length > 0) return null;
        lock (_gates.GetOrAdd(path, _ => new Lock()))
            return Known(path, out reason) ?? (reason.Length > 0 ? null : Load(path, out reason));
    }

    /// <summary>Null without a reason: it must be read.</summary>
    T? Known(string path, out string reason)
    {
        reason = "";
        var now = TimeProvider.System.GetTimestamp();
        if (_files.TryGetValue(path, out var known) && now - Volatile.Read(ref known.SeenAt) < FreshFor) return known.Content;
        if (Files.Status(path, out var why) is not { } status) return Failed(path, why, out reason);
        if (known is null || known.Status != status) return null;
        Volatile.Write(ref known.SeenAt, now);
        return known.Content;
    }

    T? Load(string path, out string reason)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var file = FileReading.Open(path, out var why);
            if (file is null || Files.Status(file, out why) is not { } status) return Failed(path, why, out reason);
            if (!IsReadable(path, status, out reason)) return null;
            if (Read(path, file, status, out reason) is { } content) return content;
            if (reason.Length > 0) return null;
        }
        reason = $"{path} was changed while it was read ({type} lookup): write a new file and rename it";
        return null;
    }

    bool IsReadable(string path, FileStatus status, out string reason)
    {
        reason = status.Kind != FileKind.Regular ? $"{path} is not a regular file ({type} lookup)"
            : status.Size > SizeLimit ? $"{path} is larger than {SizeLimit >> 20} MB ({type} lookup)" : "";
        return reason.Length == 0;
    }

    /// <summary>Null without a reason: the file changed meanwhile.</summary>
    T? Read(string path, SafeFileHandle file, FileStatus status, out string reason)
    {
        reason = "";
        var settled = status.IsSettled;
        try
        {
            if (FileReading.ReadAll(file, status.Size) is not { } bytes || Files.Status(path, out _) != status) return null;
            var content = parse(bytes);
            if (_files.Count >= Limit) Forget();
            if (settled) _files[path] = new Kept(status, content);
            return content;
        }
        catch (InvalidDataException error)
        {
            reason = $"failed to open {path} {error.Message}";
            return null;
        }
        catch (IOException error)
        {
            return Failed(path, error.Message, out reason);
        }
    }

    void Forget()
    {
        _files.Clear();
        _gates.Clear();
    }

    T? Failed(string path, string why, out string reason)
    {
        reason = $"failed to open {path} {purpose}: {why}";
        return null;
    }
}
