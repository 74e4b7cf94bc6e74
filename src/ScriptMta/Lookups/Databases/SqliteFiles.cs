using System.Collections.Concurrent;
using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>Open database files. One that is replaced by another file of its name is opened anew; one that a query left in a transaction is closed, which undoes it.</summary>
sealed class SqliteFiles(TimeSpan lockTimeout)
{
    readonly record struct Opened(SqliteHandle Handle, FileStatus Status)
    {
        /// <summary>Size and times change with every write; a file that was replaced has another inode.</summary>
        public bool IsStill(FileStatus? now) => now is { } status && (status.Device, status.Inode) == (Status.Device, Status.Inode);
    }

    readonly ConcurrentDictionary<string, ConcurrentBag<Opened>> _idle = new(StringComparer.Ordinal);

    public LookupResult Ask(string path, string query, TimeProvider clock)
    {
        if (query.Contains('\0')) return new LookupResult.Deferred("sqlite3_exec failed: the query contains a NUL");
        try
        {
            if (Take(path, out var reason) is not { } database) return new LookupResult.Failed(reason);
            return Ask(path, database, query, clock);
        }
        catch (DllNotFoundException)
        {
            return new LookupResult.Deferred("libsqlite3.so.0 is not installed (on Debian: apt install libsqlite3-0)");
        }
    }

    LookupResult Ask(string path, Opened database, string query, TimeProvider clock)
    {
        var keep = false;
        try
        {
            using (clock.CreateTimer(_ => SqliteNative.Interrupt(database.Handle), null, lockTimeout + TimeSpan.FromSeconds(DatabaseLimits.QuerySeconds), Timeout.InfiniteTimeSpan))
            {
                var result = SqliteQuery.Run(database.Handle, query);
                keep = SqliteNative.IsOutsideTransaction(database.Handle) != 0;
                return result;
            }
        }
        finally
        {
            var idle = _idle.GetOrAdd(path, _ => []);
            if (keep && idle.Count < DatabaseLimits.Connections) idle.Add(database);
            else database.Handle.Dispose();
        }
    }

    /// <summary>Null with SQLite's reason.</summary>
    Opened? Take(string path, out string reason)
    {
        reason = "";
        var now = Files.Status(path, out _);
        if (_idle.TryGetValue(path, out var idle))
            while (idle.TryTake(out var known))
            {
                if (known.IsStill(now)) return known;
                known.Handle.Dispose();
            }
        var status = SqliteNative.Open(path, out var handle);
        if (status == SqliteNative.Ok) status = SqliteNative.SetBusyTimeout(handle, (int)lockTimeout.TotalMilliseconds);
        if (status == SqliteNative.Ok && Files.Status(path, out _) is { } made) return new Opened(handle, made);
        handle.Dispose();
        reason = SqliteNative.ErrorMessage(status);
        return null;
    }
}
