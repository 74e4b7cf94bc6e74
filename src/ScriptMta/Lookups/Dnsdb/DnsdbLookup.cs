using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>
/// dnsdb: records of one type for one name or several, as text (Exim 9.10 to 9.13). What the DNS says is tainted. Sets $lookup_dnssec_authenticated to what
/// the last answer was.
/// </summary>
sealed class DnsdbLookup(CsaSearch csa) : ILookup
{
    const string AuthenticatedVariable = "lookup_dnssec_authenticated";

    public string Type => "dnsdb";
    public bool IsQuery => true;
    public bool AcceptsTaintedQuery => true;

    public LookupResult Find(LookupRequest request)
    {
        if (DnsdbQuery.Parse(request.Key.Text, out var error) is not { } query) return new LookupResult.Deferred(error);
        if (query.Type != "csa" && !DnsdbTypes.Table.ContainsKey(query.Type)) return new LookupResult.Deferred("unsupported DNS record type");
        var found = new List<string>();
        string? again = null;
        foreach (var name in query.Names)
            foreach (var (answer, text) in Answers(request.Context, query, name))
                switch (Judged(request.Context, answer, query, name))
                {
                    case DnsAnswer.Found records: found.AddRange(records.Records.Select(text).OfType<string>()); break;
                    case DnsAnswer.Again failure when query.Defer == Strictness.Strict: return new LookupResult.Deferred(failure.Reason);
                    case DnsAnswer.Again failure when query.Defer == Strictness.Lax: again = failure.Reason; break;
                }
        if (found.Count > 0) return new LookupResult.Found(Value.Tainted(string.Join(query.Separator, found)));
        return again is null ? LookupResult.NotFound.Instance : new LookupResult.Deferred(again);
    }

    IEnumerable<(DnsAnswer Answer, Func<DnsResourceRecord, string?> Text)> Answers(ExpansionContext context, DnsdbQuery query, string name)
    {
        if (query.Type == "csa")
        {
            var asked = csa.UseReverse ? Reversed(name) : name;
            // Each question has been answered when Ask returns, so nothing is waited for here.
            var (answer, at) = csa.FindAsync(asked, one => new(PatientDns.Ask(context, one, DnsType.SRV, query.Patience))).AsTask().GetAwaiter().GetResult();
            yield return (answer, record => CsaSearch.Text((SrvRecord)record, isOwn: at == asked));
            yield break;
        }
        foreach (var row in DnsdbTypes.Table[query.Type])
            yield return (Ask(context, row.Reverses ? Reversed(name) : name, row, query.Patience), record => row.Text(record, query.Fields));
    }

    static string Reversed(string name) => IpNetwork.TryAddress(name, out var address) ? ReverseName.Of(address) : name;

    static DnsAnswer Judged(ExpansionContext context, DnsAnswer answer, DnsdbQuery query, string name)
    {
        var authenticated = answer is DnsAnswer.Found { Authenticated: true } or DnsAnswer.NoSuchName { Authenticated: true } or DnsAnswer.NoData { Authenticated: true };
        context.Variables[AuthenticatedVariable] = query.Dnssec == Strictness.Never ? Value.Empty : Value.Clean(authenticated ? "yes" : "no");
        return answer is DnsAnswer.Found && !authenticated && query.Dnssec == Strictness.Strict
            ? new DnsAnswer.Again($"the answer for {name} is not authenticated (dnssec_strict)") : answer;
    }

    static DnsAnswer Ask(ExpansionContext context, string name, DnsdbType row, DnsPatience patience)
    {
        while (true)
        {
            var answer = PatientDns.Ask(context, name, row.Type, patience);
            var dot = name.IndexOf('.');
            if (!row.Climbs || answer is DnsAnswer.Found or DnsAnswer.Again || dot < 0) return answer;
            name = name[(dot + 1)..];
        }
    }
}
