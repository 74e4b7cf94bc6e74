using System.Collections.Frozen;
using ScriptMta.Dns;

namespace ScriptMta.Lookups;

/// <summary>How one record reads in the result, with the field separator of the query (null = the type's own). Null = the record does not count.</summary>
delegate string? RecordText(DnsResourceRecord record, string? fields);

/// <param name="Climbs">Without an answer the parent of the name is asked, and so on (Exim 9.12).</param>
/// <param name="Reverses">A name that is an address is asked for below in-addr.arpa or ip6.arpa.</param>
sealed record DnsdbType(DnsType Type, RecordText Text, bool Climbs = false, bool Reverses = false);

/// <summary>The record types of dnsdb and its pseudo-types, a row each; csa searches in its own way (<see cref="CsaSearch"/>).</summary>
static class DnsdbTypes
{
    public static readonly FrozenDictionary<string, DnsdbType[]> Table = new Dictionary<string, DnsdbType[]>
    {
        ["a"] = [new(DnsType.A, Address)],
        ["aaaa"] = [new(DnsType.AAAA, Address)],
        ["a+"] = [new(DnsType.AAAA, Address), new(DnsType.A, Address)],
        ["cname"] = [new(DnsType.CNAME, Name)],
        ["mx"] = [new(DnsType.MX, (record, fields) => Join(fields ?? " ", ((MxRecord)record).Preference, ((MxRecord)record).Exchange))],
        ["mxh"] = [new(DnsType.MX, (record, _) => ((MxRecord)record).Exchange)],
        ["ns"] = [new(DnsType.NS, Name)],
        ["ptr"] = [new(DnsType.PTR, Name, Reverses: true)],
        ["soa"] = [new(DnsType.SOA, Soa, Climbs: true)],
        ["spf"] = [new(DnsType.SPF, (record, fields) => string.Join(fields ?? "", ((TextRecord)record).Texts))],
        ["srv"] = [new(DnsType.SRV, Srv)],
        ["tlsa"] = [new(DnsType.TLSA, Tlsa)],
        ["txt"] = [new(DnsType.TXT, (record, fields) => fields is null ? ((TextRecord)record).Texts.FirstOrDefault("") : string.Join(fields, ((TextRecord)record).Texts))],
        ["zns"] = [new(DnsType.NS, Name, Climbs: true)],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static string Address(DnsResourceRecord record, string? fields) => ((AddressRecord)record).Address.ToString();
    static string Name(DnsResourceRecord record, string? fields) => ((NameRecord)record).Target;

    static string Soa(DnsResourceRecord record, string? fields)
    {
        var soa = (SoaRecord)record;
        return string.IsNullOrEmpty(fields) ? soa.Master : Join(fields, soa.Master, soa.Mailbox, soa.Serial, soa.Refresh, soa.Retry, soa.Expire, soa.Minimum);
    }

    static string Srv(DnsResourceRecord record, string? fields)
    {
        var srv = (SrvRecord)record;
        return Join(fields ?? " ", srv.Priority, srv.Weight, srv.Port, srv.Target);
    }

    static string Tlsa(DnsResourceRecord record, string? fields)
    {
        var tlsa = (TlsaRecord)record;
        return Join(fields ?? " ", tlsa.Usage, tlsa.Selector, tlsa.MatchingType, Convert.ToHexStringLower(tlsa.Data.AsSpan()));
    }

    static string Join(string separator, params object[] fields) => string.Join(separator, fields);
}
