using ScriptMta.Dns;

namespace ScriptMta.Expansion;

/// <summary>Asks the resolver from a rule: waits on the calling thread, for a bounded time.</summary>
static class PatientDns
{
    // The resolver's own time-outs (dns_retrans and dns_retry, 10 s by default) end first; this only bounds a resolver that does not keep its word.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly TimeSpan OwnPatience = TimeSpan.FromMinutes(8);

    public static DnsAnswer Ask(ExpansionContext context, string name, DnsType type, DnsPatience own = default)
    {
        // dnsdb's retrans_ and retry_ may ask for more, within the bounds of DnsPatience.
        using var patience = new CancellationTokenSource(own == default ? Patience : OwnPatience);
        try
        {
            var query = context.Environment.Dns.QueryAsync(name.TrimEnd('.'), type, own, patience.Token);
            return query.IsCompletedSuccessfully ? query.Result : query.AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return new DnsAnswer.Again($"no answer for {name} in {(own == default ? Patience : OwnPatience).TotalSeconds:0} s");
        }
    }
}
