using System.Collections.Concurrent;
using System.Net;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>What failed hosts are owed: when each address of a host may be tried again (Exim 32.2 and 32.10). In memory; a restart begins anew, which tries hosts sooner, never later.</summary>
sealed class HostMemory(TimeProvider clock)
{
    /// <summary>Hosts that have not been tried for this long are forgotten: retry_data_expire's default.</summary>
    static readonly TimeSpan Forget = TimeSpan.FromDays(7);

    readonly ConcurrentDictionary<string, Standing> _hosts = new(StringComparer.Ordinal);

    readonly record struct Standing(DateTimeOffset FirstFailed, DateTimeOffset LastTried, DateTimeOffset NextTry, bool Expired);

    /// <summary>The memory as one attempt's transports see it. Forced attempts (-qf, -M) ask every host.</summary>
    public HostHints For(QueueRules rules, ExpansionContext context, string domain, bool forced) => new(
        (host, address, port) => forced ? HostStanding.Unknown : Ask(Key(host, address, port)),
        attempt => Tell(attempt, rules, context, domain));

    HostStanding Ask(string key)
    {
        if (!_hosts.TryGetValue(key, out var standing)) return HostStanding.Unknown;
        var now = clock.GetUtcNow();
        if (now - standing.LastTried <= Forget) return new(standing.NextTry <= now, standing.Expired);
        _hosts.TryRemove(key, out _);
        return HostStanding.Unknown;
    }

    void Tell(HostAttempt attempt, QueueRules rules, ExpansionContext context, string domain)
    {
        var key = Key(attempt.Host, attempt.Address, attempt.Port);
        if (attempt.Error is null) _hosts.TryRemove(key, out _);
        else if (!attempt.MessageError) Remember(key, attempt, rules, context, domain);
    }

    void Remember(string key, HostAttempt attempt, QueueRules rules, ExpansionContext context, string domain)
    {
        var now = clock.GetUtcNow();
        var known = _hosts.TryGetValue(key, out var standing) ? standing : new Standing(now, now, now, false);
        var rule = rules.Retry.Find(new MailAddress("*", domain), context.Message.Sender?.ToString() ?? "", attempt.Error!, context, attempt.Host);
        var next = RetryRules.Next(rule, known.FirstFailed, known.NextTry - known.LastTried, now, rules.Options.RetryIntervalMax, rules.Environment.Random);
        _hosts[key] = new Standing(known.FirstFailed, now, next.NextTry ?? now, next.Expired);
    }

    static string Key(string host, IPAddress address, int port) => $"{host}:{address}:{port}";
}
