using System.Collections.Concurrent;
using ScriptMta.Common;
using ScriptMta.Dns;

namespace ScriptMta.Transports;

/// <summary>The policy of a domain; null = it has none, or none that could be had. Failure is what went wrong on the way, for reports.</summary>
readonly record struct StsFinding(StsPolicy? Policy, StsFetched.Failed? Failure = null);

/// <summary>
/// Which policy of MTA-STS a domain has (RFC 8461 3, 5): the TXT record says when to fetch, what was fetched holds until its max_age ends even when neither the record nor the
/// Web server can be reached, since whoever cuts them off would like that to end it. Thread-safe; one fetch at a time for a domain.
/// </summary>
sealed class StsPolicies(StsCache cache, Func<string, string, CancellationToken, ValueTask<StsFetched>> fetch, TimeProvider clock)
{
    /// <summary>RFC 8461 3.3: a fetch that failed is not repeated for five minutes.</summary>
    public static readonly TimeSpan AfterFailure = TimeSpan.FromMinutes(5);
    /// <summary>A policy is fetched anew each day, or in the middle of its life when that is shorter, so that it does not end with nothing in its place.</summary>
    public static readonly TimeSpan Refresh = TimeSpan.FromDays(1);
    const int MostFailures = 10_000;

    readonly ConcurrentDictionary<string, (DateTimeOffset Until, StsFetched.Failed Failure)> _failed = new();
    readonly ConcurrentDictionary<string, DateTimeOffset> _mute = new();
    readonly ConcurrentDictionary<string, Task<StsFetched>> _fetching = new();

    public async ValueTask<StsFinding> FindAsync(IDnsResolver dns, string domain, CancellationToken cancel)
    {
        domain = domain.LowerAscii().TrimEnd('.');
        if (!IsPossible(domain)) return default;
        var known = cache.Find(domain);
        // A name server that cannot say whether there is a record is not waited for by each message.
        if (_mute.TryGetValue(domain, out var until) && until > clock.GetUtcNow()) return new(Counting(known?.Policy));
        var answer = await dns.QueryAsync("_mta-sts." + domain, DnsType.TXT, cancel).ConfigureAwait(false);
        if (answer is DnsAnswer.Again) Remember(_mute, domain, clock.GetUtcNow() + AfterFailure);
        var id = answer is DnsAnswer.Found found ? StsRecord.IdOf(found.Of<TextRecord>()) : null;
        if (id is null || (known is not null && id == known.Policy.Id && !IsStale(known))) return new(Counting(known?.Policy));
        var fetched = await FetchOnceAsync(domain, id).WaitAsync(cancel).ConfigureAwait(false);
        return fetched switch
        {
            StsFetched.Policy { Value: var policy } => new(Counting(policy)),
            StsFetched.Failed failed => new(Counting(known?.Policy), failed),
            _ => throw new InvalidOperationException(fetched.GetType().Name),
        };
    }

    /// <summary>RFC 8461 5: mode none is as if there were no policy.</summary>
    static StsPolicy? Counting(StsPolicy? policy) => policy is { Mode: StsMode.None } ? null : policy;

    bool IsStale(KnownPolicy known) => clock.GetUtcNow() - known.Fetched is var age && age > Refresh | age > known.Policy.MaxAge / 2;

    static bool IsPossible(string domain) => domain.Contains('.') && domain.Length <= DnsName.MaxLength - "_mta-sts.".Length && domain.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-') && DnsName.LooksLikeHost(domain);

    /// <summary>The fetch is nobody's to cancel: others may wait for it, and it has its own time limit.</summary>
    async Task<StsFetched> FetchOnceAsync(string domain, string id)
    {
        var now = clock.GetUtcNow();
        if (_failed.TryGetValue(domain, out var before) && before.Until > now) return before.Failure;
        var own = new TaskCompletionSource<StsFetched>(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = _fetching.GetOrAdd(domain, own.Task);
        if (running != own.Task) return await running.ConfigureAwait(false);
        try { own.SetResult(await StoreAsync(domain, id).ConfigureAwait(false)); }
        catch (Exception error) { own.SetException(error); }
        finally { _fetching.TryRemove(domain, out _); }
        return await own.Task.ConfigureAwait(false);
    }

    async ValueTask<StsFetched> StoreAsync(string domain, string id)
    {
        var fetched = await fetch(domain, id, CancellationToken.None).ConfigureAwait(false);
        if (fetched is StsFetched.Policy { Value: var policy } && !cache.Keep(domain, policy, clock.GetUtcNow())) fetched = new StsFetched.Failed(StsFetched.Failed.Invalid, "the policy is too long to be kept");
        if (fetched is not StsFetched.Failed failed) return fetched;
        Remember(_failed, domain, (clock.GetUtcNow() + AfterFailure, failed));
        return failed;
    }

    static void Remember<T>(ConcurrentDictionary<string, T> failures, string domain, T failure)
    {
        if (failures.Count >= MostFailures) failures.Clear();
        failures[domain] = failure;
    }
}
