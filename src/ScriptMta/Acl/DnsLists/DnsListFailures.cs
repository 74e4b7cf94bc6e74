using ScriptMta.Dns;
using ScriptMta.Expansion;

namespace ScriptMta.Acl;

/// <summary>Asks for the addresses of list entries. The resolver remembers answers for their time to live; this remembers for the rest of a connection which names got none, so that the next recipient need not wait for the same time-out.</summary>
sealed class DnsListFailures
{
    /// <summary>As long as a resolver might remember a failure (RFC 2308 7.1).</summary>
    static readonly TimeSpan Memory = TimeSpan.FromMinutes(5);
    /// <summary>Keys may come from the peer; a connection that has so many failures can wait for more.</summary>
    const int Most = 1000;

    readonly Dictionary<string, (DnsAnswer.Again Answer, DateTimeOffset Until)> _failed = new(StringComparer.OrdinalIgnoreCase);

    public async ValueTask<DnsAnswer> AskAsync(RuleEnvironment environment, string name, CancellationToken cancel)
    {
        var now = environment.Clock.GetUtcNow();
        if (_failed.TryGetValue(name, out var before) && before.Until > now) return before.Answer;
        var answer = await environment.Dns.QueryAsync(name.TrimEnd('.'), DnsType.A, cancel).ConfigureAwait(false);
        if (answer is DnsAnswer.Again again && _failed.Count < Most) _failed[name] = (again, now + Memory);
        return answer;
    }
}
