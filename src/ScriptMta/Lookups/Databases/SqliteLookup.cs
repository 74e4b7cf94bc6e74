using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>
/// sqlite: a query to a database file (Exim 9.26), which is named by the option file=, by a path before the query (old, and never with text from outside), or by sqlite_dbfile. A query
/// that SQLite refuses is deferred: Exim takes it for "not found", and so a locked or broken file for "no".
/// </summary>
sealed class SqliteLookup(DatabaseOptions options) : ILookup
{
    const string FileOption = "file=";

    readonly Lazy<SqliteFiles> _files = new(() => new(options.SqliteLockTimeout));

    public string Type => "sqlite";
    public bool IsQuery => true;
    public AnswerLife LifeOf(string query) => QueryLife.Of(query);

    public LookupResult Find(LookupRequest request)
    {
        var query = request.Key.Text;
        var file = request.Options.FirstOrDefault(o => o.StartsWith(FileOption, StringComparison.Ordinal))?[FileOption.Length..] ?? "";
        if (file.Length == 0 && query.StartsWith('/'))
        {
            var end = query.IndexOfAny([' ', '\t', '\n', '\r']) is var space and >= 0 ? space : query.Length;
            (file, query) = (query[..end], query[end..].TrimSpaceAtStart());
            if (request.Key.IsTainted) return new LookupResult.Failed($"Tainted filename for search: '{file}' (name the file in the type: ${{lookup sqlite,file={file} {{…}}}})");
        }
        if (file.Length == 0) file = options.SqliteFile ?? "";
        return file.StartsWith('/') ? _files.Value.Ask(file, query, request.Context.Environment.Clock) : new LookupResult.Failed("absolute file name expected for \"sqlite\" lookup");
    }
}
