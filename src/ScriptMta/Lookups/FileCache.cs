using System.Collections.Concurrent;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Lookups;

/// <summary>
/// Files read into memory for lookups, each as long as its device, inode, size and time of change stay the same, so that a change is seen by the next
/// lookup. Reads regular files only: a FIFO or device could hold the caller for ever.
/// </summary>
/// <param name="purpose">"linear search", "cdb lookup": as Exim's messages call it.</param>
sealed class FileCache<T>(string purpose, string type, Func<byte[], T> parse) where T : class
{
    // lookup_open_max is 25 files in Exim; parsed files are worth more than descriptors, and a configuration names some dozens.
    const int Limit = 256;
    // .NET arrays end at 2 GiB; long before, a database serves better.
    const long SizeLimit = 1L << 30;
    // A writer that does not rename can be seen half-way; it is given this many looks to finish.
    const int Attempts = 3;

    readonly ConcurrentDictionary<string, (FileStatus Status, T Content)> _files = new(StringComparer.Ordinal);

    /// <summary>Null with a reason that names the file.</summary>
    public T? Get(string path, out string reason)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (Files.Status(path, out var why) is not { } status)
            {
                reason = $"failed to open {path} for {purpose}: {why}";
                return null;
            }
            if (_files.TryGetValue(path, out var known) && known.Status == status)
            {
                reason = "";
                return known.Content;
            }
            if (!IsReadable(path, status, out reason)) return null;
            if (Read(path, status, out reason) is { } content) return content;
            if (reason.Length > 0) return null;
            if (attempt < Attempts) continue;
            reason = $"{path} was changed while it was read ({type} lookup): write a new file and rename it";
            return null;
        }
    }

    bool IsReadable(string path, FileStatus status, out string reason)
    {
        reason = status.Kind != FileKind.Regular ? $"{path} is not a regular file ({type} lookup)"
            : status.Size > SizeLimit ? $"{path} is larger than {SizeLimit >> 20} MB ({type} lookup)" : "";
        return reason.Length == 0;
    }

    /// <summary>Null without a reason: the file changed meanwhile.</summary>
    T? Read(string path, FileStatus status, out string reason)
    {
        reason = "";
        var settled = status.IsSettled;
        try
        {
            var bytes = File.ReadAllBytes(Latin1.ToUnicode(path));
            if (Files.Status(path, out _) != status) return null;
            var content = parse(bytes);
            if (_files.Count >= Limit) _files.Clear();
            if (settled) _files[path] = (status, content);
            return content;
        }
        catch (InvalidDataException error)
        {
            reason = $"failed to open {path} for {purpose}: {error.Message}";
        }
        catch (UnauthorizedAccessException)
        {
            reason = $"failed to open {path} for {purpose}: Permission denied";
        }
        catch (IOException error)
        {
            reason = $"failed to open {path} for {purpose}: {error.Message}";
        }
        return null;
    }
}
