using System.Collections.Immutable;
using ScriptMta.Routing;

namespace ScriptMta.Transports;

/// <summary>The policies of one transport.</summary>
/// <param name="KeyOf">Recipients with the same key can go to the same host at once: no policy of one's domain is another's.</param>
sealed record TransportPolicy(TlsDemanding Demand, Func<PlannedDelivery, TransportJob, CancellationToken, ValueTask<string>> KeyOf)
{
    /// <summary>The job in parts whose recipients may go together; in nearly every case one.</summary>
    public async ValueTask<IReadOnlyList<TransportJob>> PartsAsync(TransportJob job, CancellationToken cancel)
    {
        var keys = new string[job.Recipients.Length];
        var known = new Dictionary<(string, HostOrigin?), string>();
        for (var i = 0; i < keys.Length; i++)
        {
            var plan = job.Recipients[i];
            var like = (plan.Address.Address.Domain, plan.Hosts.IsEmpty ? null : plan.Hosts[0].Origin);
            if (!known.TryGetValue(like, out var key)) known[like] = key = await KeyOf(plan, job, cancel).ConfigureAwait(false);
            keys[i] = key;
        }
        if (known.Values.Distinct().Take(2).Count() == 1) return [job];
        return [.. job.Recipients.Select((plan, i) => (plan, keys[i])).GroupBy(r => r.Item2).Select(g => job with { Recipients = [.. g.Select(r => r.plan)] })];
    }
}
