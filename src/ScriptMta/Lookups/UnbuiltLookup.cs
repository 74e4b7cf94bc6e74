using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>A type that Exim has and this version does not: every use says so.</summary>
sealed class UnbuiltLookup(string type, bool isQuery) : ILookup
{
    public string Type => type;
    public bool IsQuery => isQuery;
    /// <summary>So that the message about the type comes before one about quoting.</summary>
    public bool AcceptsTaintedQuery => true;

    public LookupResult Find(LookupRequest request) => new LookupResult.Failed($"lookup type \"{type}\" is known but not built yet");
}
