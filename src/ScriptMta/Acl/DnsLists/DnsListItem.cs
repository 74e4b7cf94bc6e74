using System.Buffers;
using System.Net;
using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>One list of dnslists (Exim 44.27 to 44.36): "domain,merged=addresses/keys". The merged list, where there is one, is asked first and its addresses count; the domain has the text.</summary>
sealed record DnsListItem(string Domain, string? Merged, DnsListFilter? Filter, IReadOnlyList<string>? Keys)
{
    static readonly SearchValues<char> DomainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");

    /// <summary>Never fails: what is no domain will not be found.</summary>
    public static DnsListItem Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var domain = slash < 0 ? text : text[..slash];
        var filter = DnsListFilter.Take(ref domain);
        var comma = domain.IndexOf(',', StringComparison.Ordinal);
        return new(comma < 0 ? domain : domain[..comma], comma < 0 ? null : domain[(comma + 1)..], filter, slash < 0 ? null : new ListText(text[(slash + 1)..]).ToList());
    }

    public static bool IsStrange(string domain) => domain.AsSpan().ContainsAnyExcept(DomainCharacters);

    /// <summary>The name to look up: an address is turned round, any other key stands as it is.</summary>
    public static string Name(string key, string domain) => $"{(IPAddress.TryParse(key, out var address) && IsWhole(key) ? ReverseName.Digits(address) : key)}.{domain}";

    /// <summary>.NET takes "9.9" for an address, too.</summary>
    static bool IsWhole(string key) => key.Contains(':') || key.AsSpan().Count('.') == 3;
}
