using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>
/// A domain, host, address, local-part or string list as an option holds it (Exim chapter 10): the text is expanded, split, and its items tried in
/// order; +named lists, files, lookups, patterns and negation as the kind allows. Immutable and thread-safe. A lookup or DNS that cannot
/// answer gives Defer. A forced failure of the expansion gives No ("as if the option were unset" is the caller's to know: <see cref="ListMatch"/> Data null).
/// </summary>
sealed class RuleList
{
    public static RuleList Domains(OptionText text) => throw new NotImplementedException();
    public static RuleList Hosts(OptionText text) => throw new NotImplementedException();
    public static RuleList Addresses(OptionText text) => throw new NotImplementedException();
    public static RuleList LocalParts(OptionText text) => throw new NotImplementedException();

    public Template Template => throw new NotImplementedException();

    /// <summary>Case-independent.</summary>
    public ListMatch MatchDomain(string domain, ExpansionContext context) => throw new NotImplementedException();
    /// <summary>Address: IP text, empty for a local message. Names are looked up only if an item needs them (context.Connection.HostName is used and filled).</summary>
    public ListMatch MatchHost(string address, ExpansionContext context) => throw new NotImplementedException();
    /// <summary>An address as text; the empty text is the null sender.</summary>
    public ListMatch MatchAddress(string address, ExpansionContext context) => throw new NotImplementedException();
    public ListMatch MatchLocalPart(string localPart, ExpansionContext context, bool caseful = false) => throw new NotImplementedException();
}
