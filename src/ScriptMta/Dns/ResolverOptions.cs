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

    /// <summary>False for dns_dnssec_ok = 0: no answer counts as authenticated.</summary>
    public bool Dnssec { get; init; } = true;

    /// <summary>"options trust-ad" of resolv.conf(5): the way to the servers is safe. Without it the AD bit is believed from a server on this machine only, as anybody on the way can set it.</summary>
    public bool TrustAd { get; init; }

    /// <summary>dns_trust_aa: the zones whose own servers are believed as if DNSSEC had proved what they say.</summary>
    public Func<string, bool>? TrustsAuthority { get; init; }

    /// <summary>Answers kept: some 500 bytes each, so 10 MB at most.</summary>
    public int CacheSize { get; init; } = 20_000;

    /// <summary>DNSSEC proved the answer, or it counts as proved. dns_trust_aa looks at the first NS record beside an answer, and at the SOA record beside none (Exim 14.23).</summary>
    public bool Believes(IPEndPoint server, DnsMessage message)
    {
        if (!Dnssec) return false;
        if (message.IsAuthenticated && (TrustAd || IPAddress.IsLoopback(server.Address))) return true;
        if (TrustsAuthority is null || !message.IsAuthoritative) return false;
        var zone = message.Authority.FirstOrDefault(r => r.Type == (message.Answers.IsEmpty ? DnsType.SOA : DnsType.NS))?.Name;
        return zone is not null && TrustsAuthority(zone);
    }
}
