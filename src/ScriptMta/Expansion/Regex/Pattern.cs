using System.Collections.Concurrent;

namespace ScriptMta.Expansion;

/// <summary>
/// A regular expression as Exim's rules write them: PCRE2 over bytes (libpcre2-8), or .NET's engine where the library is absent. Immutable,
/// thread-safe, and cached by text, so compiling the same text again costs a dictionary look-up.
/// </summary>
sealed class Pattern
{
    /// <summary>Exim's $0 to $9 need ten; the rest is for host functions that number further.</summary>
    public const int MaxGroups = 21;

    // Patterns of a configuration number some hundreds; those made at run time must not grow the process. The whole cache is dropped when full.
    const int CacheLimit = 4096;
    static readonly ConcurrentDictionary<(string Text, bool Caseless), Pattern> Cache = new();

    readonly IPatternEngine _engine;

    Pattern(string text, IPatternEngine engine) => (Text, _engine) = (text, engine);

    /// <summary>As written.</summary>
    public string Text { get; }

    /// <summary>True when PCRE2 is in use; false when .NET's engine stands in for it (messages of -bV and tests).</summary>
    public static bool UsesPcre => PcreEngine.IsAvailable;

    /// <summary>Null when the text is no pattern: error then reads as Exim has it, <c>regular expression error in "…": … at offset n</c>.</summary>
    public static Pattern? Compile(string text, bool caseless, out string error)
    {
        error = "";
        if (Cache.TryGetValue((text, caseless), out var known)) return known;
        var engine = PcreEngine.IsAvailable ? PcreEngine.Compile(text, caseless, out var reason) : NetEngine.Compile(text, caseless, out reason);
        if (engine is null)
        {
            error = $"regular expression error in \"{text}\": {reason}";
            return null;
        }
        if (Cache.Count >= CacheLimit) Cache.Clear();
        return Cache[(text, caseless)] = new Pattern(text, engine);
    }

    /// <summary>Searches the whole subject.</summary>
    public PatternMatch Match(string subject) => _engine.Match(subject, 0, false);

    /// <summary>
    /// Searches from a position, where look-behind and ^ still see what stands before it. <paramref name="afterEmpty"/>: the last match was empty at this
    /// position, so only a non-empty match that starts exactly here counts (the rule for repeated substitution).
    /// </summary>
    public PatternMatch Match(string subject, int start, bool afterEmpty = false) => _engine.Match(subject, start, afterEmpty);
}

/// <summary>One compiled pattern of either engine.</summary>
interface IPatternEngine
{
    PatternMatch Match(string subject, int start, bool afterEmpty);
}
