using ScriptMta.Dns;

namespace ScriptMta.Expansion;

/// <summary>Asks the resolver from a rule: waits on the calling thread, for a bounded time.</summary>
static class PatientDns
{
    // The resolver's own time-outs (dns_retrans and dns_retry, 10 s by default) end first; this only bounds a resolver that does not keep its word.
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static DnsAnswer Ask(ExpansionContext context, string name, DnsType type)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var query = context.Environment.Dns.QueryAsync(name.TrimEnd('.'), type, patience.Token);
            return query.IsCompletedSuccessfully ? query.Result : query.AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            return new DnsAnswer.Again($"no answer for {name} in {Patience.TotalSeconds:0} s");
        }
    }
}
