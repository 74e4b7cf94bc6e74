using System.Globalization;
using System.Net;
using ScriptMta.Common;

namespace ScriptMta.Dns;

/// <summary>Looks for the TLSA records of a host whose name can be trusted: only below names whose addresses DNSSEC has proved, so that a server which cannot answer TLSA queries does no harm in unsigned zones (RFC 7672 2.2.2).</summary>
static class TlsaLookup
{
    public static async ValueTask<TlsaAnswer> FindAsync(IDnsResolver dns, string host, int port, CancellationToken cancel)
    {
        if (host.Length == 0 || IPAddress.TryParse(host, out _)) return new TlsaAnswer.None(false, $"{host} is no name");
        var (names, trouble) = await BaseDomainsAsync(dns, host, cancel).ConfigureAwait(false);
        if (trouble is not null) return new TlsaAnswer.Again(trouble);
        if (names.Count == 0) return new TlsaAnswer.None(false, $"{host} lookup not DNSSEC");
        var reason = "";
        foreach (var name in names)
        {
            var owner = string.Create(CultureInfo.InvariantCulture, $"_{port}._tcp.{name}");
            switch (await dns.QueryAsync(owner, DnsType.TLSA, cancel).ConfigureAwait(false))
            {
                case DnsAnswer.Found { Authenticated: true } found: return new TlsaAnswer.Found([.. found.Of<TlsaRecord>()], name);
                case DnsAnswer.Again again: return new TlsaAnswer.Again(again.Reason);
                case DnsAnswer.Found: reason = $"TLSA lookup for {owner} not DNSSEC"; break;
                default: reason = reason.Length > 0 ? reason : $"no TLSA record for {owner}"; break;
            }
        }
        return new TlsaAnswer.None(true, reason);
    }

    /// <summary>
    /// The names to ask below, the better first (RFC 7672 2.2.3): the end of a secure chain of CNAMEs, then the host itself; the host alone when its CNAME is
    /// secure but not what it leads to; none in unsigned zones.
    /// </summary>
    static async ValueTask<(List<string> Names, string? Trouble)> BaseDomainsAsync(IDnsResolver dns, string host, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(dns.QueryAsync(host, DnsType.AAAA, cancel).AsTask(), dns.QueryAsync(host, DnsType.A, cancel).AsTask()).ConfigureAwait(false);
        var found = answers.OfType<DnsAnswer.Found>().ToList();
        if (found.Count == 0) return answers.OfType<DnsAnswer.Again>().FirstOrDefault() is { } again ? ([], again.Reason) : ([], null);
        var end = found[0].Name.LowerAscii();
        if (found.TrueForAll(f => f.Authenticated)) return (DnsName.AreSame(end, host) ? [end] : [end, host.LowerAscii()], null);
        if (found.TrueForAll(f => DnsName.AreSame(f.Name, host))) return ([], null);
        return await dns.QueryAsync(host, DnsType.CNAME, cancel).ConfigureAwait(false) switch
        {
            DnsAnswer.Found { Authenticated: true } => ([host.LowerAscii()], null),
            DnsAnswer.Again unknown => ([], unknown.Reason),
            _ => ([], null),
        };
    }
}
