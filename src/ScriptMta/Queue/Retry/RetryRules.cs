using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;

namespace ScriptMta.Queue;

/// <summary>When to try again. Expired: the last cutoff has passed, so that an address fails now; NextTry is then when a host may be tried for other messages.</summary>
readonly record struct RetryDecision(DateTimeOffset? NextTry, bool Expired);

/// <summary>`begin retry` (Exim chapter 32).</summary>
sealed class RetryRules(IReadOnlyList<RetryRule> rules)
{
    public static readonly RetryRules None = new([]);

    public static RetryRules Load(IReadOnlyList<LogicalLine> lines, ProblemList problems)
    {
        var rules = new List<RetryRule>();
        foreach (var line in lines)
            if (new RetryReader(line, problems).Read() is { } rule) rules.Add(rule);
        return new RetryRules(rules);
    }

    /// <summary>
    /// The first rule for the address (local part "*" stands for a whole domain), sender and error. For host errors each rule is asked for the host first, then for
    /// the address's domain (Exim 32.4).
    /// </summary>
    public RetryRule? Find(MailAddress address, string sender, string error, ExpansionContext context, string host = "") =>
        host.Length > 0 ? Find("*@" + host, address.ToString(), sender, RetryError.OfFailure(error), context) : Find(address.ToString(), null, sender, RetryError.OfFailure(error), context);

    /// <summary>A pattern that cannot be decided is passed over, with a line in the panic log. Without a sender no rule with a senders list counts.</summary>
    public RetryRule? Find(string address, string? alternative, string? sender, RetryError failure, ExpansionContext context)
    {
        foreach (var rule in rules)
            if (rule.Error.Covers(failure) && (Matches(rule.Pattern, address, context) || (alternative is not null && Matches(rule.Pattern, alternative, context)))
                && (rule.Senders is null || (sender is not null && Matches(rule.Senders, sender, context))))
                return rule;
        return null;
    }

    static bool Matches(RuleList list, string address, ExpansionContext context)
    {
        var match = list.MatchAddress(address, context).Match;
        if (match.IsDefer) context.Environment.Log.Panic(context.Message.Id, match.Reason ?? "");
        return match.IsYes;
    }

    /// <summary>Exim 32.7. <paramref name="lastGap"/> is the wait before this attempt (zero for the first), from which G and H grow. No rule = no retry.</summary>
    public static RetryDecision Next(RetryRule? rule, DateTimeOffset firstFailed, TimeSpan lastGap, DateTimeOffset now, TimeSpan longest, Random random)
    {
        if (rule is null || rule.Steps.Count == 0) return new(null, Expired: true);
        var waited = now - firstFailed;
        var step = rule.Steps.FirstOrDefault(s => waited <= s.Cutoff);
        var gap = Gap(step ?? rule.Steps[^1], lastGap, random);
        return new(now + (gap < longest ? gap : longest), Expired: step is null);
    }

    static TimeSpan Gap(RetryStep step, TimeSpan lastGap, Random random) => step.Growth switch
    {
        RetryGrowth.Geometric when lastGap >= step.Interval => lastGap * step.Factor,
        RetryGrowth.RandomGeometric when lastGap * step.Factor > step.Interval => step.Interval + Spread(lastGap * step.Factor - step.Interval, random),
        _ => step.Interval,
    };

    /// <summary>As Exim spreads H: in the upper half of what the interval may grow by.</summary>
    static TimeSpan Spread(TimeSpan range, Random random) => range / 2 + range / 2 * random.NextDouble();
}
