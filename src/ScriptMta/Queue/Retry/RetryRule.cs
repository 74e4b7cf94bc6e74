using System.Globalization;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Queue;

enum RetryGrowth { Fixed, Geometric, RandomGeometric }

/// <summary>One parameter set: until Cutoff after the first failure, wait Interval (grown by Factor each time for G and H).</summary>
sealed record RetryStep(RetryGrowth Growth, TimeSpan Cutoff, TimeSpan Interval, double Factor)
{
    /// <summary>As -brt prints it: the factor of H is left out.</summary>
    public override string ToString() => Growth switch
    {
        RetryGrowth.Fixed => $"F,{Times}",
        RetryGrowth.Geometric => $"G,{Times},{Factor.ToString("0.0##", CultureInfo.InvariantCulture)}",
        _ => $"H,{Times}",
    };

    string Times => $"{OptionValues.FormatTime(Cutoff)},{OptionValues.FormatTime(Interval)}";
}

/// <summary>A retry rule (Exim 32.2). Text is the pattern as written. No steps = do not retry.</summary>
sealed record RetryRule(string Text, RuleList Pattern, RetryError Error, RuleList? Senders, IReadOnlyList<RetryStep> Steps, Common.SourceLocation At);
