using System.Collections.Immutable;
using System.Net;
using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.Transports;

/// <summary>The addresses of a host that a transport knows only by name.</summary>
static class HostAddresses
{
    /// <summary>Problem is Exim's text where there is none; null with addresses.</summary>
    public static async ValueTask<(ImmutableArray<IPAddress> Addresses, string? Problem)> FindAsync(string name, RuleEnvironment environment, CancellationToken cancel)
    {
        var found = ImmutableArray.CreateBuilder<IPAddress>();
        string? again = null;
        foreach (var type in (DnsType[])[DnsType.AAAA, DnsType.A])
            switch (await environment.Dns.QueryAsync(name, type, cancel))
            {
                case DnsAnswer.Found answer: found.AddRange(answer.Of<AddressRecord>().Select(r => r.Address)); break;
                case DnsAnswer.Again later: again = later.Reason; break;
            }
        if (found.Count > 0) return (found.ToImmutable(), null);
        return ([], again is null ? $"failed to find IP address for {name}" : $"host lookup for \"{name}\" did not complete: {again}");
    }
}
