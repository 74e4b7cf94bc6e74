using ScriptMta.Common.Posix;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>dsearch: an entry of a directory, by lstat (Exim 9.3). Options: ret=full for the whole path; filter=file, dir or subdir.</summary>
sealed class DsearchLookup : ILookup
{
    public string Type => "dsearch";
    public bool IsQuery => false;

    public LookupResult Find(LookupRequest request)
    {
        var (key, directory) = (request.Key.Text, request.File!);
        if (directory is not ['/', ..]) return new LookupResult.Failed($"failed to open {directory} for directory search: No such file or directory");
        if (Files.Status(directory, out var reason) is not { } status)
            return new LookupResult.Failed($"failed to open {directory} for directory search: {reason}");
        if (status.Kind != FileKind.Directory) return new LookupResult.Failed($"failed to open {directory} for directory search: Not a directory");
        if (key.Contains('/')) return new LookupResult.Deferred($"key for dsearch lookup contains a slash: {key}");
        if (key.Contains('\0')) return LookupResult.NotFound.Instance; // no file has such a name
        var path = $"{directory}/{key}";
        if (Files.Status(path, out reason, followLinks: false) is not { } entry)
            return reason is "No such file or directory" or "Not a directory" or "File name too long" ? LookupResult.NotFound.Instance : new LookupResult.Deferred($"{path}: lstat: {reason}");
        if (!Passes(entry.Kind, key, request.Options)) return LookupResult.NotFound.Instance;
        return new LookupResult.Found(Value.Clean(request.Options.Contains("ret=full") ? path : key));
    }

    /// <summary>The last filter counts, as in Exim; one that is not known filters nothing.</summary>
    static bool Passes(FileKind kind, string key, IReadOnlyList<string> options) => options.LastOrDefault(o => o is "filter=file" or "filter=dir" or "filter=subdir") switch
    {
        "filter=file" => kind == FileKind.Regular,
        "filter=dir" => kind == FileKind.Directory,
        "filter=subdir" => kind == FileKind.Directory && key is not ("." or ".."),
        _ => true,
    };
}
