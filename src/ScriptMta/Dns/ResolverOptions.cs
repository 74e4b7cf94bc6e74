using System.Collections.Immutable;
using System.Net;

namespace ScriptMta.Dns;

/// <summary>How the resolver asks. Defaults are those of resolv.conf(5), which Exim's resolver uses too.</summary>
sealed record ResolverOptions
{
    /// <summary>Asked in this order; never empty.</summary>
    public required ImmutableArray<IPEndPoint> Servers { get; init; }

    /// <summary>dns_retrans: how long one server may think about one UDP query.</summary>
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>dns_retry: how often the whole list of servers is gone through.</summary>
    public int Tries { get; init; } = 2;

    /// <summary>A TCP exchange has a handshake and perhaps several packets, so twice the time of a UDP query.</summary>
    public TimeSpan TcpTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>dns_use_edns0.</summary>
    public bool UseEdns { get; init; } = true;

    /// <summary>dns_dnssec_ok: asks for signatures too (the AD bit is asked for always).</summary>
    public bool DnssecOk { get; init; }

    /// <summary>Answers kept: some 500 bytes each, so 10 MB at most.</summary>
    public int CacheSize { get; init; } = 20_000;
}
