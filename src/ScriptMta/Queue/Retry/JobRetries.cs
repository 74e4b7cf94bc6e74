using System.Collections.Concurrent;
using System.Net;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>Hosts as one transport call asks and tells of them (Exim 32.4, 49.2): a host error delays every message, a message error this message at that host.</summary>
sealed class JobRetries(MessageRetries retries, QueueRules rules, ExpansionContext context, MessageId id, TransportOptions transport, string domain)
{
    readonly bool _withAddress = Includes(transport.RetryIncludeIpAddress, context);
    /// <summary>By host key: what the failures of this call came to.</summary>
    readonly ConcurrentDictionary<string, RetryVerdict> _failed = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, DateTimeOffset> _waits = new(StringComparer.Ordinal);

    public HostHints Hints => new(Ask, Tell);

    /// <summary>The earliest time at which one of the job's hosts may be tried; null when no host has one.</summary>
    public DateTimeOffset? NextTry => _failed.Values.Select(v => v.NextTry).Concat(_waits.Values).Select(t => (DateTimeOffset?)t).Min();

    static bool Includes(Template? option, ExpansionContext context) =>
        option is null || option.Expand(context) is not { IsOk: true } text || text.Text.TrimSpace().LowerAscii() is not ("" or "0" or "no" or "false");

    HostStanding Ask(string host, IPAddress address, int port)
    {
        var key = Key(host, address, port);
        if (_failed.TryGetValue(key, out var verdict)) return new(MayTry: false, verdict.TimedOut);
        if (retries.Forced) return HostStanding.Unknown;
        var standing = Standing(host, key, retries.Find(key), out var wait);
        if (!standing.MayTry || retries.Find(RetryKeys.HostMessage(key, id)) is not { } own) return Waiting(key, standing, wait);
        standing = Standing(host, key, own, out wait) with { Expired = standing.Expired || own.Expired };
        return Waiting(key, standing, wait);
    }

    HostStanding Waiting(string key, HostStanding standing, DateTimeOffset wait)
    {
        if (standing.MayTry) _waits.TryRemove(key, out _);
        else _waits[key] = wait;
        return standing;
    }

    HostStanding Standing(string host, string key, RetryRecord? record, out DateTimeOffset wait)
    {
        wait = record?.NextTry ?? default;
        if (record is null) return HostStanding.Unknown;
        if (record.NextTry <= rules.Environment.Clock.GetUtcNow()) return new(true, record.Expired);
        // Exim 32.10: without delay_after_cutoff a new message gets one try at hosts that have long been failing.
        if (record.Expired && !transport.DelayAfterCutoff) return new(record.LastTried <= retries.Received, true);
        var rule = retries.Rule(new MailAddress("*", domain), host, record.Failure.Error);
        if (retries.IsOverdue(rule)) return new(true, record.Expired);
        wait = retries.Until(record, rule);
        return new(false, record.Expired);
    }

    void Tell(HostAttempt attempt)
    {
        var key = Key(attempt.Host, attempt.Address, attempt.Port);
        var own = RetryKeys.HostMessage(key, id);
        if (attempt.Error is null || attempt.MessageError) rules.Retries.Forget(key);
        if (attempt.Error is null) rules.Retries.Forget(own);
        if (attempt.Error is not { } error) return;
        var rule = retries.Rule(new MailAddress("*", domain), attempt.Host, error);
        _failed[key] = retries.Failed(attempt.MessageError ? own : key, rule, countsAge: attempt.MessageError, new(error, attempt.Errno ?? RetryErrnos.Of(error), attempt.Text, domain, Place(attempt)));
    }

    string Place(HostAttempt attempt) => $"{attempt.Host} [{attempt.Address}]{(attempt.Port == RetryKeys.SmtpPort ? "" : $":{attempt.Port}")}{(attempt.MessageError ? $" {id}" : "")}";

    string Key(string host, IPAddress address, int port) => RetryKeys.Host(host, _withAddress ? address : null, port);
}
