using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>The statements of a query one after the other; the rows of all are the answer, and NULL is written "&lt;NULL>", as Exim does.</summary>
static class SqliteQuery
{
    public static LookupResult Run(SqliteHandle database, string query)
    {
        var text = Latin1.Encode(query);
        var rows = new RowText();
        for (var start = 0; start < text.Length;)
        {
            var status = SqliteNative.Prepare(database, text, ref start, out var statement);
            using (statement)
            {
                if (status == SqliteNative.Ok && !statement.IsInvalid) status = ReadRows(statement, rows);
                if (rows.IsTooLarge) return new LookupResult.Deferred(DatabaseLimits.TooLarge);
                if (status is not (SqliteNative.Ok or SqliteNative.Done)) return new LookupResult.Deferred($"sqlite3_exec failed: {SqliteNative.ErrorMessage(database)}");
            }
        }
        return rows.HasContent ? new LookupResult.Found(Value.Clean(rows.ToString())) : LookupResult.NotFound.Instance;
    }

    static int ReadRows(SqliteStatement statement, RowText rows)
    {
        int status;
        while ((status = SqliteNative.Step(statement)) == SqliteNative.Row && !rows.IsTooLarge)
        {
            rows.BeginRow();
            var columns = SqliteNative.ColumnCount(statement);
            if (columns == 1) rows.Single(Field(statement, 0));
            else for (var i = 0; i < columns; i++) rows.Named(SqliteNative.ColumnName(statement, i), Field(statement, i));
        }
        return status;
    }

    static string Field(SqliteStatement statement, int column) =>
        SqliteNative.ColumnType(statement, column) == SqliteNative.Null ? "<NULL>" : SqliteNative.ColumnText(statement, column);
}
