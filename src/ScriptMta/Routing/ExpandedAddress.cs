using System.Collections.Immutable;

namespace ScriptMta.Routing;

/// <summary>What an address stands for, one router deep: EXPN's question.</summary>
abstract record ExpandedAddress
{
    ExpandedAddress() { }
    public sealed record Failed : ExpandedAddress;
    public sealed record Deferred : ExpandedAddress;
    /// <summary>Addresses, "|command" or file names; the address itself where it goes to a transport; none where it is thrown away.</summary>
    public sealed record Targets(ImmutableArray<string> Texts) : ExpandedAddress;
}
