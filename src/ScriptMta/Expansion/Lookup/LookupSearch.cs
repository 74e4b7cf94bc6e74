using System.Collections.Frozen;

namespace ScriptMta.Expansion;

/// <summary>What a search found; Wild and Rest are $1 and $2 of a partial match or a default (null when the key itself was found).</summary>
readonly record struct SearchOutcome(LookupResult Result, string? Wild = null, string? Rest = null);

/// <summary>
/// A lookup as rules write it: a type with its decorations (<c>partial2-lsearch*@,ret=key</c>), parsed. Does what is common to all types: partial
/// matching, defaults, ret=key, and the refusal of tainted file names and unquoted tainted queries (Exim 9.2 to 9.7). Immutable.
/// </summary>
sealed class LookupSearch
{
    readonly ILookup _lookup;
    readonly IReadOnlyList<string> _options;
    readonly bool _returnKey;
    readonly bool _readsCache;
    readonly LookupDefault _default;
    readonly PartialMatch? _partial;

    LookupSearch(ILookup lookup, LookupType type, PartialMatch? partial)
    {
        _lookup = lookup;
        _options = [.. type.Options.Where(o => !o.StartsWith("cache=", StringComparison.Ordinal) && o != "ret=key")];
        _returnKey = type.Options.Contains("ret=key");
        _readsCache = !type.Options.Any(option => option is "cache=no_rd" or "cache=no");
        _default = type.Default;
        _partial = partial;
        Type = type;
    }

    LookupType Type { get; }
    public string TypeName => _lookup.Type;
    public bool IsQuery => _lookup.IsQuery;
    public bool IsPartial => _partial is not null;
    public bool HasDefault => _default != LookupDefault.None;

    /// <summary>The text before the ";" of a list item, or after the key of ${lookup…}. Null with Exim's text when it is wrong.</summary>
    public static LookupSearch? Parse(string text, FrozenDictionary<string, ILookup> types, out string error)
    {
        if (LookupType.Parse(text, out error) is not { } type) return null;
        if (!types.TryGetValue(type.Name, out var lookup))
        {
            error = $"unknown lookup type \"{type.Name}\"";
            return null;
        }
        if (lookup.Refusal is { } refusal)
        {
            error = $"lookup type \"{type.Name}\" is not supported: {refusal}";
            return null;
        }
        if (lookup.IsQuery && (type.Partial is not null || type.Default != LookupDefault.None))
        {
            error = type.Partial is not null ? $"\"partial\" is not permitted for lookup type \"{type.Unprefixed}\"" : $"defaults using \"*\" or \"*@\" are not permitted for lookup type \"{type.Unprefixed}\"";
            return null;
        }
        return new(lookup, type, type.Partial);
    }

    public LookupSearch WithoutPartial() => new(_lookup, Type, null);

    /// <summary>The file or query of a list item: white space after the ";" does not count (Exim 10.9).</summary>
    public static Value SourceOfItem(string text, Taint taint) => new(text.TrimStart(' ', '\t', '\n', '\v', '\f', '\r'), taint);

    /// <param name="key">The single key; not used by query types.</param>
    /// <param name="source">The file of a single-key type, or the query.</param>
    public SearchOutcome Find(Value key, Value source, ExpansionContext context)
    {
        if (IsQuery) return WithKey(new(Query(source with { Text = source.Text.TrimStart(' ', '\t', '\n', '\v', '\f', '\r') }, context)), source);
        if (source.IsTainted) return new(new LookupResult.Failed($"Tainted filename for search: '{source.Text}'"));
        return WithKey(Keyed(key, source.Text, context), key);
    }

    LookupResult Query(Value query, ExpansionContext context) =>
        query.IsTainted && query.Taint.QuotedFor != _lookup.Quoting && !_lookup.AcceptsTaintedQuery
            ? new LookupResult.Failed($"tainted search query is not properly quoted: {query.Text} (use ${{quote_{TypeName}:…}} on what comes from outside)")
            : context.Message.LookupAnswers.Find(_lookup, new(query, null, _options, context), _readsCache);

    SearchOutcome Keyed(Value key, string file, ExpansionContext context)
    {
        var result = One(key.Text);
        if (result is not LookupResult.NotFound) return _partial is null ? new(result) : new(result, "", key.Text);
        if (_partial is { } partial)
            foreach (var (wild, rest, candidate) in partial.Candidates(key.Text))
                if (One(candidate) is not LookupResult.NotFound and var found) return new(found, wild, rest);
        if (_default == LookupDefault.StarAt && key.Text.LastIndexOf('@') is var at and > 0 && One("*" + key.Text[at..]) is not LookupResult.NotFound and var domain)
            return new(domain, key.Text[..at]);
        return _default != LookupDefault.None && One("*") is not LookupResult.NotFound and var star ? new(star, key.Text) : new(LookupResult.NotFound.Instance);

        // Exim 9.2: a key must not be empty; only a default can be found for it. That the file can be read is seen all the same.
        LookupResult One(string text) => _lookup.Find(new(key with { Text = text }, file, _options, context)) is var found && text.Length == 0 && found is not LookupResult.Failed
            ? LookupResult.NotFound.Instance : found;
    }

    SearchOutcome WithKey(SearchOutcome outcome, Value key) =>
        _returnKey && outcome.Result is LookupResult.Found ? outcome with { Result = new LookupResult.Found(Value.Clean(key.Text)) } : outcome;
}
