using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>Something wrong in a configuration. Errors stop a load; warnings are logged once. Message says what and what to do, without the location.</summary>
sealed record ConfigurationProblem(SourceLocation At, string Message, bool IsWarning = false)
{
    /// <summary>The message as Exim words it, where that differs; ErrorFormat prints it for -bV and the other options that came from Exim.</summary>
    public string? InEximsWords { get; init; }

    public override string ToString() => $"{At}: {(IsWarning ? "warning: " : "")}{Message}";
}

/// <summary>Collects every problem of a load, so that all are reported in one go. Not thread-safe.</summary>
sealed class ProblemList
{
    readonly List<ConfigurationProblem> _all = [];

    public IReadOnlyList<ConfigurationProblem> All => _all;
    public bool HasErrors => _all.Exists(p => !p.IsWarning);
    public void Error(SourceLocation at, string message) => _all.Add(new(at, message));
    public void Error(SourceLocation at, string message, string inEximsWords) => _all.Add(new(at, message) { InEximsWords = inEximsWords });
    public void Warn(SourceLocation at, string message) => _all.Add(new(at, message, IsWarning: true));
}
