using System.Runtime.InteropServices;
using ScriptMta.Common;

namespace ScriptMta.Lookups;

/// <summary>The few calls of libsqlite3 that are used (sqlite.org/c3ref). Everything that a call keeps is owned by a handle below.</summary>
static unsafe partial class SqliteNative
{
    /// <summary>The runtime library's name on Debian and its relatives; no -dev package is needed.</summary>
    const string Library = "libsqlite3.so.0";

    public const int Ok = 0, Busy = 5, Row = 100, Done = 101, Null = 5;
    const int OpenReadWriteCreateFullMutex = 0x2 | 0x4 | 0x10000;

    public static int Open(string path, out SqliteHandle database) => sqlite3_open_v2([.. Latin1.Encode(path), 0], out database, OpenReadWriteCreateFullMutex, 0);

    /// <summary>The first statement of the bytes from start; start moves behind it. An empty statement is invalid, without an error.</summary>
    public static int Prepare(SqliteHandle database, byte[] query, ref int start, out SqliteStatement statement)
    {
        fixed (byte* text = query)
        {
            var status = sqlite3_prepare_v2(database, text + start, query.Length - start, out statement, out var tail);
            start = (int)(tail - text);
            return status;
        }
    }

    public static string ErrorMessage(SqliteHandle database) => Text(sqlite3_errmsg(database));
    public static string ErrorMessage(int status) => Text(sqlite3_errstr(status));
    public static string ColumnName(SqliteStatement statement, int column) => Text(sqlite3_column_name(statement, column));

    /// <summary>Text before its length, as sqlite.org/c3ref/column_blob.html asks; copied, so nothing points into the row.</summary>
    public static string ColumnText(SqliteStatement statement, int column)
    {
        var text = sqlite3_column_text(statement, column);
        return text == 0 ? "" : Latin1.Decode(new((byte*)text, sqlite3_column_bytes(statement, column)));
    }

    static string Text(nint text) => text == 0 ? "" : Latin1.Decode(MemoryMarshal.CreateReadOnlySpanFromNullTerminated((byte*)text));

    [LibraryImport(Library)] private static partial int sqlite3_open_v2(byte[] path, out SqliteHandle database, int flags, nint vfs);
    [LibraryImport(Library)] private static partial int sqlite3_prepare_v2(SqliteHandle database, byte* text, int length, out SqliteStatement statement, out byte* tail);
    [LibraryImport(Library)] private static partial nint sqlite3_errmsg(SqliteHandle database);
    [LibraryImport(Library)] private static partial nint sqlite3_errstr(int status);
    [LibraryImport(Library)] private static partial nint sqlite3_column_name(SqliteStatement statement, int column);
    [LibraryImport(Library)] private static partial nint sqlite3_column_text(SqliteStatement statement, int column);
    [LibraryImport(Library)] private static partial int sqlite3_column_bytes(SqliteStatement statement, int column);
    [LibraryImport(Library, EntryPoint = "sqlite3_column_type")] public static partial int ColumnType(SqliteStatement statement, int column);
    [LibraryImport(Library, EntryPoint = "sqlite3_column_count")] public static partial int ColumnCount(SqliteStatement statement);
    [LibraryImport(Library, EntryPoint = "sqlite3_step")] public static partial int Step(SqliteStatement statement);
    [LibraryImport(Library, EntryPoint = "sqlite3_busy_timeout")] public static partial int SetBusyTimeout(SqliteHandle database, int milliseconds);
    [LibraryImport(Library, EntryPoint = "sqlite3_get_autocommit")] public static partial int IsOutsideTransaction(SqliteHandle database);
    [LibraryImport(Library, EntryPoint = "sqlite3_interrupt")] public static partial void Interrupt(SqliteHandle database);
    [LibraryImport(Library)] internal static partial int sqlite3_close_v2(nint database);
    [LibraryImport(Library)] internal static partial int sqlite3_finalize(nint statement);
}

/// <summary>An open database. Closing waits for statements that are still alive.</summary>
sealed class SqliteHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;
    protected override bool ReleaseHandle() => SqliteNative.sqlite3_close_v2(handle) == SqliteNative.Ok;
}

/// <summary>A prepared statement; invalid for text without one.</summary>
sealed class SqliteStatement() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    /// <summary>Tells how the last step went, which was reported then.</summary>
    protected override bool ReleaseHandle()
    {
        _ = SqliteNative.sqlite3_finalize(handle);
        return true;
    }
}
