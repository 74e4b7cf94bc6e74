using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>lsearch: the line whose key is the key (Exim 9.3). Option ret=full gives the whole line.</summary>
sealed class LsearchLookup : ILookup
{
    readonly FileCache<LineFile> _files = new("for linear search", "lsearch", bytes => new LineFile(bytes));

    public string Type => "lsearch";
    public bool IsQuery => false;

    public LookupResult Find(LookupRequest request)
    {
        if (_files.Get(request.File!, out var reason) is not { } file) return new LookupResult.Failed(reason);
        return Entry(file, file.Find(request.Key.Text), request.Options);
    }

    /// <summary>Data of a file is clean: an administrator wrote it.</summary>
    public static LookupResult Entry(LineFile file, int entry, IReadOnlyList<string> options) => entry < 0 ? LookupResult.NotFound.Instance
        : new LookupResult.Found(Value.Clean(options.Contains("ret=full") ? file.Line(entry) : file.Data(entry)));
}
