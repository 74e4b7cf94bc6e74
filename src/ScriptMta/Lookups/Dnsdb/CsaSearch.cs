using ScriptMta.Dns;
using ScriptMta.Language;

namespace ScriptMta.Lookups;

/// <summary>
/// Client SMTP authorization (Exim 44.52, draft-ietf-marid-csv-csa): SRV records at _client._smtp.NAME, or else those of the parents, from below the top-level domain
/// downwards, that assert something about all names below them. Exim 4.96 only looks at the parents of a name that exists, and of no IPv6 address, against its manual.
/// </summary>
/// <param name="SearchLimit">dns_csa_search_limit: parents looked at.</param>
/// <param name="UseReverse">dns_csa_use_reverse: an address is looked up as its reverse name.</param>
sealed record CsaSearch(int SearchLimit, bool UseReverse)
{
    public static readonly CsaSearch Default = new(5, true);

    public static CsaSearch From(OptionReader main) =>
        new((int)main.Int("dns_csa_search_limit", Default.SearchLimit), main.Bool("dns_csa_use_reverse", Default.UseReverse));

    const string Prefix = "_client._smtp.";
    const string IPv4Zone = ".in-addr.arpa", IPv6Zone = ".ip6.arpa";
    // As in Exim: networks of 8, 16 and 24 bits, or of 16, 32 and 48.
    const int ReverseLimit = 3, IPv6Labels = 4;

    /// <summary>The records and the name at which they stand: the name itself or a parent.</summary>
    public async ValueTask<(DnsAnswer Answer, string At)> FindAsync(string name, Func<string, ValueTask<DnsAnswer>> ask)
    {
        var own = await ask(Prefix + name).ConfigureAwait(false);
        if (own is DnsAnswer.Found or DnsAnswer.Again) return (own, name);
        foreach (var parent in Parents(name))
            switch (await ask(Prefix + parent).ConfigureAwait(false))
            {
                case DnsAnswer.Again again: return (again, parent);
                case DnsAnswer.Found found when found.Of<SrvRecord>().Any(r => r.Priority == 1 && (r.Port & 1) != 0): return (found, parent);
            }
        return (own, name);
    }

    /// <summary>Two labels, three labels … short of the name itself; never a top-level domain.</summary>
    IEnumerable<string> Parents(string name)
    {
        var (dot, limit, labels) = Top(name);
        while (limit-- > 0)
        {
            for (var label = 0; label < labels && dot > 0; label++) dot = name.LastIndexOf('.', dot - 1);
            if (dot <= 0) yield break;
            yield return name[(dot + 1)..];
        }
    }

    /// <summary>Where the search begins, how many steps it takes and how many labels a step is.</summary>
    (int Dot, int Limit, int Labels) Top(string name) =>
        name.EndsWith(IPv4Zone, StringComparison.OrdinalIgnoreCase) ? (name.Length - IPv4Zone.Length, ReverseLimit, 1)
        : name.EndsWith(IPv6Zone, StringComparison.OrdinalIgnoreCase) ? (name.Length - IPv6Zone.Length, ReverseLimit, IPv6Labels)
        : (name.LastIndexOf('.'), SearchLimit, 1);

    /// <summary>"Y host", "N host", "X host" or "? host"; null for a record of another version or without meaning.</summary>
    public static string? Text(SrvRecord record, bool isOwn)
    {
        if (record.Priority != 1) return null;
        var code = !isOwn ? (record.Port & 1) != 0 ? 'X' : '?' : record.Weight switch { < 2 => 'N', 2 => 'Y', 3 => '?', _ => '\0' };
        return code == '\0' ? null : $"{code} {record.Target}";
    }
}
