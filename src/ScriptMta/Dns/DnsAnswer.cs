using System.Collections.Immutable;

namespace ScriptMta.Dns;

/// <summary>What a query ends in. A network failure, a time-out or a lying server is <see cref="Again"/>, never an exception and never a "no".</summary>
abstract record DnsAnswer
{
    DnsAnswer() { }

    /// <summary>
    /// Records holds only what was asked for (never empty), in the server's order; Name is where the CNAME chain ended (the name asked
    /// for when there was none). Authenticated: DNSSEC proved it, says a server whose AD bit is believed (<see cref="ResolverOptions.Believes"/>).
    /// </summary>
    public sealed record Found(ImmutableArray<DnsResourceRecord> Records, string Name, bool Authenticated) : DnsAnswer
    {
        public IEnumerable<T> Of<T>() where T : DnsResourceRecord => Records.OfType<T>();
    }

    /// <summary>NXDOMAIN: no record of any type exists under the name.</summary>
    public sealed record NoSuchName(bool Authenticated = false) : DnsAnswer;

    /// <summary>The name exists, or may exist, but has no record of this type.</summary>
    public sealed record NoData(bool Authenticated = false) : DnsAnswer;

    /// <summary>Nothing can be said now; Reason is for the log.</summary>
    public sealed record Again(string Reason) : DnsAnswer;
}
