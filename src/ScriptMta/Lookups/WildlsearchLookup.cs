using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>
/// wildlsearch and nwildlsearch: each key of the file is "*suffix", "^regex", a lookup or a plain text, tried in the file's order (Exim 9.3). wildlsearch
/// expands each key first. Nothing is captured.
/// </summary>
sealed class WildlsearchLookup(string type, bool expands) : ILookup
{
    // A key may be a lookup, even one in the same file; nobody means more than two or three inside one another.
    const int MostInside = 10;

    readonly FileCache<WildFile> _files = new("for linear search", "lsearch", bytes => new WildFile(new LineFile(bytes)));

    public string Type => type;
    public bool IsQuery => false;

    public LookupResult Find(LookupRequest request)
    {
        if (_files.Get(request.File!, out var reason) is not { } file) return new LookupResult.Failed(reason);
        if (request.Context.RunningPatternSearches >= MostInside) return new LookupResult.Deferred($"{request.File}: more than {MostInside} searches inside one another");
        request.Context.RunningPatternSearches++;
        try { return FirstMatch(file, request); }
        finally { request.Context.RunningPatternSearches--; }
    }

    LookupResult FirstMatch(WildFile file, LookupRequest request)
    {
        var subject = new ListSubject { Context = request.Context, Kind = Language.NamedListKind.LocalPart, Text = request.Key.Text };
        for (var entry = 0; entry < file.Lines.Count; entry++)
        {
            if (file.Pattern(entry, expands, request, out var pattern) is { } problem) return problem;
            var result = pattern.Test(subject);
            if (result.Outcome == ItemOutcome.Yes) return LsearchLookup.Entry(file.Lines, entry, request.Options);
            if (result.Outcome == ItemOutcome.Defer) return new LookupResult.Deferred($"{request.File}: key \"{file.Lines.Key(entry)}\": {result.Reason}");
        }
        return LookupResult.NotFound.Instance;
    }

    /// <summary>The lines with their keys parsed at first use; keys that are expanded are parsed each time their text changes.</summary>
    sealed class WildFile(LineFile lines)
    {
        readonly ListPattern?[] _fixed = new ListPattern?[lines.Count];
        readonly Template?[] _expanded = new Template?[lines.Count];

        public LineFile Lines => lines;

        public LookupResult.Deferred? Pattern(int entry, bool expands, LookupRequest request, out ListPattern pattern)
        {
            pattern = _fixed[entry]!;
            if (pattern is not null) return null;
            var key = lines.Key(entry);
            if (!expands || key.AsSpan().IndexOfAny('$', '\\') < 0)
            {
                pattern = _fixed[entry] = ListPatterns.LocalPart(key);
                return null;
            }
            var template = _expanded[entry] ??= Template.Parse(key, SourceLocation.BuiltIn(request.File!));
            var expanded = template.Expand(request.Context);
            if (expanded.IsOk) pattern = ListPatterns.LocalPart(expanded.Text);
            return expanded.IsOk ? null : new LookupResult.Deferred($"{request.File}: failed to expand the key \"{key}\": {expanded.Error}");
        }
    }
}
