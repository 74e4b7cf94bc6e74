using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>dbm, dbmnz and dbmjz (Exim 9.3, 9.4): a Berkeley DB file whose keys end in a NUL, do not, or are a list joined by NULs. Data ends at its first NUL.</summary>
sealed class DbmLookup(string type, Func<string, string> keyOf) : ILookup
{
    readonly FileCache<DbmFile> _files = new("as a db (v4.1+) file", type, bytes => new DbmFile(bytes));

    public string Type => type;
    public bool IsQuery => false;

    public static string Terminated(string key) => key + '\0';

    public static string Plain(string key) => key;

    public static string Joined(string key) => string.Join('\0', new ListText(key).ToList());

    public LookupResult Find(LookupRequest request)
    {
        if (_files.Get(request.File!, out var reason) is not { } file) return new LookupResult.Failed(reason);
        try
        {
            if (file.Find(Latin1.Encode(keyOf(request.Key.Text))) is not { } data) return LookupResult.NotFound.Instance;
            var end = data.AsSpan().IndexOf((byte)0);
            return new LookupResult.Found(Value.Clean(Latin1.Decode(end < 0 ? data : data[..end])));
        }
        catch (InvalidDataException error)
        {
            return new LookupResult.Deferred($"{type}: {request.File} {error.Message}");
        }
    }
}
