using ScriptMta.Expansion;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>
/// Retry times as one attempt at one message sees and sets them (Exim chapter 32). The message's age and sender count: a message that has waited longer than the
/// last cutoff of a rule is tried and then given up, whatever others at the same address came to.
/// </summary>
/// <param name="began">When the attempt began: a failure that was noted after that is not counted again.</param>
sealed class MessageRetries(QueueRules rules, Func<ExpansionContext> makeContext, MessageId id, string sender, DateTimeOffset received, DateTimeOffset began, bool isFirst, bool forced)
{
    /// <summary>Made when a rule is asked for: most attempts only forget what may have been remembered.</summary>
    readonly Lazy<ExpansionContext> _context = new(makeContext);

    /// <summary>Only an attempt that is not the message's first heeds times of routing and of local deliveries (Exim 32, introduction).</summary>
    bool Heeds => !isFirst && !forced;

    DateTimeOffset Now => rules.Environment.Clock.GetUtcNow();
    QueueOptions Options => rules.Options;

    public bool Forced => forced;
    public DateTimeOffset Received => received;

    /// <summary>When the address may be routed; null = now. It is then not tried.</summary>
    public RetryRecord? RoutingWait(MailAddress address)
    {
        if (!Heeds) return null;
        return Unreached(RetryKeys.RoutingDomain(address), address, withLocalPart: false) ?? Unreached(RetryKeys.RoutingAddress(address), address) ?? Unreached(RetryKeys.RoutingPair(address, sender), address);
    }

    public RetryRecord? LocalWait(PlannedDelivery plan, TransportOptions transport)
    {
        if (!Heeds || !transport.IsLocal) return null;
        var address = plan.Address.Address;
        return Unreached(RetryKeys.Local(plan.Address, transport.RetryUsesLocalPart), address, transport.RetryUsesLocalPart) is { Expired: false } wait ? wait : null;
    }

    RetryRecord? Unreached(string key, MailAddress address, bool withLocalPart = true) =>
        Find(key) is { } record && record.NextTry > Now && !IsOverdue(Rule(Matched(address, withLocalPart), null, record.Failure.Error)) ? record : null;

    public RetryRecord? Find(string key) => rules.Retries.Find(key, Now, Options.RetryDataExpire);

    public static MailAddress Matched(MailAddress address, bool withLocalPart) => withLocalPart ? address : address with { LocalPart = "*" };

    public RetryRule? Rule(MailAddress address, string? host, string error) => rules.Retry.Find(address, sender, error, _context.Value, host ?? "");

    /// <summary>Longer in the queue than the rule's last cutoff (Exim 32.11). Without a rule nothing waits.</summary>
    public bool IsOverdue(RetryRule? rule) => rule is not { Steps.Count: > 0 } || Now - received > rule.Steps[^1].Cutoff;

    /// <summary>When a message that waits for a time should be looked at: then, or when it is itself too old to wait.</summary>
    public DateTimeOffset Until(RetryRecord record, RetryRule? rule) =>
        rule is { Steps.Count: > 0 } && received + rule.Steps[^1].Cutoff is var overdue && overdue > Now && overdue < record.NextTry ? overdue + TimeSpan.FromSeconds(1) : record.NextTry;

    /// <summary>When the last cutoff of the address's rule comes; null without a rule.</summary>
    public DateTimeOffset? GivesUpAt(MailAddress address, Deferral deferral) =>
        Rule(address, deferral.Host.Length > 0 ? deferral.Host.Split(' ')[0] : null, deferral.Error) is { Steps.Count: > 0 } rule ? deferral.FirstFailed + rule.Steps[^1].Cutoff : null;

    /// <summary>A failure of routing, of a local delivery, or of a recipient at a host.</summary>
    public RetryVerdict AddressFailed(string key, MailAddress matched, RetryFailure failure) => Failed(key, Rule(matched, null, failure.Error), countsAge: true, failure);

    /// <param name="countsAge">The message's age counts where it is longer than the failure has been known: not for errors of hosts.</param>
    public RetryVerdict Failed(string key, RetryRule? rule, bool countsAge, RetryFailure failure)
    {
        var now = Now;
        if (rule is null) return new(now, TimedOut: true);
        var random = rules.Environment.Random;
        return rules.Retries.Update(key, now, Options.RetryDataExpire, known => known is not null && known.LastTried >= began
            ? (known, new(known.NextTry, known.Expired || IsTooOld(known.FirstFailed, rule, now)))
            : Next(known, rule, countsAge, failure, now, random));
    }

    (RetryRecord, RetryVerdict) Next(RetryRecord? known, RetryRule rule, bool countsAge, RetryFailure failure, DateTimeOffset now, Random random)
    {
        var first = known?.FirstFailed ?? now;
        var since = countsAge && received < first ? received : first;
        var gap = known is null ? TimeSpan.Zero : Shorter(known.NextTry - known.LastTried, now - known.LastTried);
        var decision = RetryRules.Next(rule, since, gap, now, Options.RetryIntervalMax, random);
        // The message alone is too old: others for the same address are looked at at once.
        var tooOld = !decision.Expired && IsTooOld(first, rule, now);
        var next = tooOld ? now : decision.NextTry ?? now;
        return (new RetryRecord(first, now, next, decision.Expired, failure), new(next, decision.Expired || tooOld));
    }

    bool IsTooOld(DateTimeOffset firstFailed, RetryRule rule, DateTimeOffset now) => rule.Steps.Count > 0 && received <= firstFailed && now - received > rule.Steps[^1].Cutoff;

    static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    /// <summary>The address got further than routing: what is remembered of its routing is over, but for <paramref name="keep"/>.</summary>
    public void RoutingWorked(MailAddress address, string? keep = null)
    {
        foreach (var key in (ReadOnlySpan<string>)[RetryKeys.RoutingDomain(address), RetryKeys.RoutingAddress(address), RetryKeys.RoutingPair(address, sender)])
            if (key != keep) rules.Retries.Forget(key);
    }

    public void LocalSettled(RoutedAddress address, bool withLocalPart) => rules.Retries.Forget(RetryKeys.Local(address, withLocalPart));

    public string RecipientKey(MailAddress address, bool withSender) => withSender ? RetryKeys.RoutingPair(address, sender) : RetryKeys.RoutingAddress(address);

    public JobRetries ForJob(DeliveryGroup group) => new(this, rules, _context.Value.ForAddress(group.Recipients[0].Facts.Copy()), id, group.Transport.Options, group.Recipients[0].Address.Address.Domain);
}
