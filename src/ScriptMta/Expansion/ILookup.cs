namespace ScriptMta.Expansion;

/// <summary>One lookup type (Exim chapter 9). Implementations live in Lookups, one file each. Thread-safe.</summary>
interface ILookup
{
    /// <summary>As written: lsearch, dsearch, dnsdb …</summary>
    string Type { get; }

    /// <summary>Query style: no key/file pair; Key holds the whole query and File is null.</summary>
    bool IsQuery { get; }

    /// <summary>Query style: whether text from outside needs no quoting, because no part of a query can change its meaning (dnsdb, passwd).</summary>
    bool AcceptsTaintedQuery => false;

    /// <summary>Why this type, which Exim knows, is not to be had here, and what to use instead; null for one that works. Reported at load and at each use.</summary>
    string? Refusal => null;

    /// <summary>The type whose ${quote_TYPE:} makes text from outside safe in a query.</summary>
    string Quoting => Type;

    /// <summary>Query style: how long the answer to a query may be given again (LookupAnswers does it).</summary>
    AnswerLife LifeOf(string query) => AnswerLife.Once;

    /// <summary>The exact key only: partial matching, defaults and caching are the caller's (LookupSearch).</summary>
    LookupResult Find(LookupRequest request);
}

/// <param name="File">Clean file or directory name; null for query style.</param>
/// <param name="Options">The comma options after the type (ret=key …), without the generic ones.</param>
readonly record struct LookupRequest(Value Key, string? File, IReadOnlyList<string> Options, ExpansionContext Context);

/// <summary>Closed: found, not found, or could not tell.</summary>
abstract record LookupResult
{
    LookupResult() { }
    public sealed record Found(Value Data) : LookupResult;
    public sealed record NotFound : LookupResult { public static readonly NotFound Instance = new(); }
    public sealed record Deferred(string Reason) : LookupResult;
    /// <summary>The request itself is wrong (bad file name, syntax): an expansion failure, not a "no".</summary>
    public sealed record Failed(string Reason) : LookupResult;
}

/// <summary>JavaScript as templates see it: ${js{function}{argument}…}. Implemented in Scripting.</summary>
interface IScriptFunctions
{
    bool Has(string function);
    /// <summary>A hook that throws or runs over its budget gives Deferred with script and line; returning null gives ForcedFail.</summary>
    Expanded Call(string function, IReadOnlyList<Value> arguments, ExpansionContext context);
}
