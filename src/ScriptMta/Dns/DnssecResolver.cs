namespace ScriptMta.Dns;

/// <summary>The dnssec_request_domains and dnssec_require_domains of one lookup: no answer counts as authenticated when it was not asked for; an answer that must be and is not says nothing ("again").</summary>
sealed class DnssecResolver(IDnsResolver inner, bool requested, bool required) : IDnsResolver
{
    /// <summary>Why an answer was dropped, in Exim's words; null while none was.</summary>
    public string? Refusal { get; private set; }

    public ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel) => QueryAsync(name, type, default, cancel);

    public async ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, DnsPatience patience, CancellationToken cancel)
    {
        var answer = await inner.QueryAsync(name, type, patience, cancel).ConfigureAwait(false);
        if (required && answer is DnsAnswer.Found { Authenticated: false }) return new DnsAnswer.Again(Refusal = $"dnssec fail on {type} for {name}");
        return requested || required ? answer : answer switch
        {
            DnsAnswer.Found found => found with { Authenticated = false },
            DnsAnswer.NoSuchName => new DnsAnswer.NoSuchName(),
            DnsAnswer.NoData => new DnsAnswer.NoData(),
            _ => answer,
        };
    }
}
