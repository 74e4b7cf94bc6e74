using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>dnsdb: records of one type for one name or several, as text (Exim 9.10 to 9.13). What the DNS says is tainted.</summary>
sealed class DnsdbLookup : ILookup
{
    delegate string Format(DnsResourceRecord record, string? fields);

    sealed record Row(DnsType Type, Format Format, bool Climbs = false);

    static readonly FrozenDictionary<string, Row[]> Types = new Dictionary<string, Row[]>
    {
        ["a"] = [new(DnsType.A, Address)],
        ["aaaa"] = [new(DnsType.AAAA, Address)],
        ["a+"] = [new(DnsType.AAAA, Address), new(DnsType.A, Address)],
        ["cname"] = [new(DnsType.CNAME, Name)],
        ["mx"] = [new(DnsType.MX, (record, fields) => Join(fields ?? " ", ((MxRecord)record).Preference, ((MxRecord)record).Exchange))],
        ["mxh"] = [new(DnsType.MX, (record, _) => ((MxRecord)record).Exchange)],
        ["ns"] = [new(DnsType.NS, Name)],
        ["ptr"] = [new(DnsType.PTR, Name)],
        ["soa"] = [new(DnsType.SOA, Soa, Climbs: true)],
        ["spf"] = [new(DnsType.SPF, (record, fields) => string.Join(fields ?? "", ((TextRecord)record).Texts))],
        ["srv"] = [new(DnsType.SRV, Srv)],
        ["tlsa"] = [new(DnsType.TLSA, Tlsa)],
        ["txt"] = [new(DnsType.TXT, (record, fields) => fields is null ? ((TextRecord)record).Texts.FirstOrDefault("") : string.Join(fields, ((TextRecord)record).Texts))],
        ["zns"] = [new(DnsType.NS, Name, Climbs: true)],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public string Type => "dnsdb";
    public bool IsQuery => true;
    public bool AcceptsTaintedQuery => true;

    public LookupResult Find(LookupRequest request)
    {
        if (DnsdbQuery.Parse(request.Key.Text, out var error) is not { } query) return new LookupResult.Deferred(error);
        if (!Types.TryGetValue(query.Type, out var rows)) return new LookupResult.Deferred(query.Type == "csa" ? "dnsdb type \"csa\" is known but not built yet" : "unsupported DNS record type");
        var found = new List<string>();
        string? again = null;
        foreach (var name in query.Names)
            foreach (var row in rows)
            {
                var asked = query.Type == "ptr" && IpNetwork.TryAddress(name, out var address) ? ReverseName.Of(address) : name;
                switch (Ask(request.Context, asked, row, query.Dnssec))
                {
                    case DnsAnswer.Found answer: found.AddRange(answer.Records.Select(r => row.Format(r, query.Fields))); break;
                    case DnsAnswer.Again failure when query.Defer == Strictness.Strict: return new LookupResult.Deferred(failure.Reason);
                    case DnsAnswer.Again failure when query.Defer == Strictness.Lax: again = failure.Reason; break;
                }
            }
        if (found.Count > 0) return new LookupResult.Found(Value.Tainted(string.Join(query.Separator, found)));
        return again is null ? LookupResult.NotFound.Instance : new LookupResult.Deferred(again);
    }

    static DnsAnswer Ask(ExpansionContext context, string name, Row row, Strictness dnssec)
    {
        while (true)
        {
            var answer = PatientDns.Ask(context, name, row.Type);
            if (answer is DnsAnswer.Found { Authenticated: false } && dnssec == Strictness.Strict) return new DnsAnswer.Again($"the answer for {name} is not authenticated (dnssec_strict)");
            var dot = name.IndexOf('.');
            if (!row.Climbs || answer is DnsAnswer.Found or DnsAnswer.Again || dot < 0) return answer;
            name = name[(dot + 1)..];
        }
    }

    static string Address(DnsResourceRecord record, string? fields) => ((AddressRecord)record).Address.ToString();
    static string Name(DnsResourceRecord record, string? fields) => ((NameRecord)record).Target;

    static string Soa(DnsResourceRecord record, string? fields)
    {
        var soa = (SoaRecord)record;
        return fields is null ? soa.Master : Join(fields, soa.Master, soa.Mailbox, soa.Serial, soa.Refresh, soa.Retry, soa.Expire, soa.Minimum);
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
