using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Queue;

enum RetryGrowth { Fixed, Geometric, RandomGeometric }

/// <summary>One parameter set: until Cutoff after the first failure, wait Interval (grown by Factor each time for G and H).</summary>
sealed record RetryStep(RetryGrowth Growth, TimeSpan Cutoff, TimeSpan Interval, double Factor);

/// <summary>A retry rule. No steps = do not retry (Exim 32.3).</summary>
sealed record RetryRule(RuleList Pattern, string Error, RuleList? Senders, IReadOnlyList<RetryStep> Steps, Common.SourceLocation At)
{
    public static RetryRule? From(RetryLine line, Common.SourceLocation at, ProblemList problems)
    {
        if (!RetryErrors.IsKnown(line.Error, out var why))
        {
            problems.Error(at, why);
            return null;
        }
        var steps = new List<RetryStep>();
        foreach (var parameter in line.Parameters)
            if (StepOf(parameter, at, problems) is { } step) steps.Add(step);
        return new RetryRule(RuleList.Addresses(new OptionText(line.Pattern, at)), line.Error,
            line.Senders is { } senders ? RuleList.Addresses(new OptionText(senders, at)) : null, steps, at);
    }

    static RetryStep? StepOf(RetryParameterText text, Common.SourceLocation at, ProblemList problems)
    {
        if (!OptionValues.Time(text.Cutoff, out var cutoff)) return Wrong($"bad cutoff time \"{text.Cutoff}\"");
        if (!OptionValues.Time(text.Interval, out var interval) || interval <= TimeSpan.Zero) return Wrong($"bad interval \"{text.Interval}\": it must be a time above zero");
        if (text.Letter == 'F') return text.Factor is null ? new RetryStep(RetryGrowth.Fixed, cutoff, interval, 1) : Wrong("F takes a cutoff and an interval only");
        if (text.Factor is null || OptionValues.FixedPoint(text.Factor, out var thousandths) != ValueError.None || thousandths < 1000)
            return Wrong($"{text.Letter} needs a factor of at least 1 after the interval");
        return new RetryStep(text.Letter == 'G' ? RetryGrowth.Geometric : RetryGrowth.RandomGeometric, cutoff, interval, thousandths / 1000.0);

        RetryStep? Wrong(string what)
        {
            problems.Error(at, $"retry rule: {what}");
            return null;
        }
    }
}
