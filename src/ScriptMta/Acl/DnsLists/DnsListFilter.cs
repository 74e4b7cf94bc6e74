using System.Net;
using System.Net.Sockets;
using ScriptMta.Common;

namespace ScriptMta.Acl;

/// <summary>What the addresses that a DNS list gives must be (Exim 44.33 to 44.35): one of these or with these bits, one of them or all, or the opposite.</summary>
sealed class DnsListFilter
{
    readonly List<uint> _wanted = [];
    readonly bool _isMask, _all, _negated;

    /// <summary>Takes "=a,b", "==a", "&amp;a", "=&amp;a" or one of them after "!" off the end of a domain; null where there is none.</summary>
    public static DnsListFilter? Take(ref string domain)
    {
        var start = domain.AsSpan().IndexOfAny('=', '&');
        if (start < 0) return null;
        var (end, sign) = (start, domain[start]);
        var all = sign == '=' && start + 1 < domain.Length && domain[start + 1] is '=' or '&';
        if (all) sign = domain[++end];
        var negated = start > 0 && domain[start - 1] == '!';
        var filter = new DnsListFilter(domain[(end + 1)..], sign == '&', all, negated);
        domain = domain[..(negated ? start - 1 : start)];
        return filter;
    }

    DnsListFilter(string list, bool isMask, bool all, bool negated)
    {
        (_isMask, _all, _negated) = (isMask, all, negated);
        foreach (var item in list.Split(','))
            if (IPAddress.TryParse(item.TrimSpace(), out var address) && address.AddressFamily == AddressFamily.InterNetwork) _wanted.Add(Bits(address));
    }

    public bool Matches(IReadOnlyList<IPAddress> addresses) => (_all ? addresses.All(IsWanted) : addresses.Any(IsWanted)) != _negated;

    bool IsWanted(IPAddress address)
    {
        var bits = Bits(address);
        return _wanted.Exists(wanted => _isMask ? (bits & wanted) == wanted : bits == wanted);
    }

    static uint Bits(IPAddress address) => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());
}
