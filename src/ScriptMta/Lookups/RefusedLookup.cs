using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>A type that Exim has and ScriptMta will not have: a configuration that uses it is told so at load, with a way out.</summary>
sealed class RefusedLookup(string type, bool isQuery, string refusal) : ILookup
{
    public string Type => type;
    public bool IsQuery => isQuery;
    public string? Refusal => refusal;

    public LookupResult Find(LookupRequest request) => new LookupResult.Failed(refusal);
}
