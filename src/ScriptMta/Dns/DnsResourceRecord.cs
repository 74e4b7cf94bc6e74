using System.Collections.Immutable;
using System.Net;

namespace ScriptMta.Dns;

/// <summary>
/// One record of an answer. Names are byte text without the final dot, as received (not lower-cased); bytes that could be taken for
/// structure are escaped as in RFC 4343 2.1 (<c>\.</c>, <c>\\</c>, <c>\ddd</c>). TimeToLive is in seconds.
/// </summary>
abstract record DnsResourceRecord(string Name, DnsType Type, uint TimeToLive);

/// <summary>A or AAAA.</summary>
sealed record AddressRecord(string Name, DnsType Type, uint TimeToLive, IPAddress Address) : DnsResourceRecord(Name, Type, TimeToLive);

sealed record MxRecord(string Name, uint TimeToLive, ushort Preference, string Exchange) : DnsResourceRecord(Name, DnsType.MX, TimeToLive)
{
    /// <summary>RFC 7505: the exchange is the root; the domain takes no mail.</summary>
    public bool IsNull => Exchange.Length == 0;
}

/// <summary>NS, CNAME or PTR: a record that is one name.</summary>
sealed record NameRecord(string Name, DnsType Type, uint TimeToLive, string Target) : DnsResourceRecord(Name, Type, TimeToLive);

/// <summary>Minimum is the negative-caching time to live (RFC 2308 4).</summary>
sealed record SoaRecord(string Name, uint TimeToLive, string Master, string Mailbox, uint Serial, uint Refresh, uint Retry, uint Expire, uint Minimum)
    : DnsResourceRecord(Name, DnsType.SOA, TimeToLive);

/// <summary>TXT or SPF: the character strings, each up to 255 bytes, as byte text.</summary>
sealed record TextRecord(string Name, DnsType Type, uint TimeToLive, ImmutableArray<string> Texts) : DnsResourceRecord(Name, Type, TimeToLive)
{
    /// <summary>The strings joined without anything between, as SPF and DKIM read them (RFC 7208 3.3).</summary>
    public string Joined => string.Concat(Texts);
}

sealed record SrvRecord(string Name, uint TimeToLive, ushort Priority, ushort Weight, ushort Port, string Target) : DnsResourceRecord(Name, DnsType.SRV, TimeToLive);

sealed record TlsaRecord(string Name, uint TimeToLive, byte Usage, byte Selector, byte MatchingType, ImmutableArray<byte> Data)
    : DnsResourceRecord(Name, DnsType.TLSA, TimeToLive);

sealed record CaaRecord(string Name, uint TimeToLive, byte Flags, string Tag, string Value) : DnsResourceRecord(Name, DnsType.CAA, TimeToLive);

/// <summary>A type that this resolver does not know: the data as received.</summary>
sealed record RawRecord(string Name, DnsType Type, uint TimeToLive, ImmutableArray<byte> Data) : DnsResourceRecord(Name, Type, TimeToLive);
