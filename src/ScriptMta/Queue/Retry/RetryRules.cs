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
            if (RetryGrammar.Read(line, problems) is { } read && RetryRule.From(read, line.At, problems) is { } rule) rules.Add(rule);
        return new RetryRules(rules);
    }

    /// <summary>
    /// The first rule for the address (local part "*" stands for a whole domain), sender and error. For host errors each rule is asked for the host first, then for
    /// the address's domain (Exim 32.4). A pattern that cannot be decided is passed over.
    /// </summary>
    public RetryRule? Find(MailAddress address, string sender, string error, ExpansionContext context, string host = "")
    {
        foreach (var rule in rules)
            if (RetryErrors.Covers(rule.Error, error)
                && (host.Length > 0 && rule.Pattern.MatchAddress("*@" + host, context).Match.IsYes || rule.Pattern.MatchAddress(address.ToString(), context).Match.IsYes)
                && rule.Senders?.MatchAddress(sender, context).Match.IsYes != false)
                return rule;
        return null;
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
        RetryGrowth.RandomGeometric when lastGap >= step.Interval => step.Interval + (lastGap * step.Factor - step.Interval) * random.NextDouble(),
        _ => step.Interval,
    };
}
