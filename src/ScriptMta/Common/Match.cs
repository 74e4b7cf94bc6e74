namespace ScriptMta.Common;

enum MatchKind { No, Yes, Defer }

/// <summary>Yes, no, or "don't know yet": a time-out can never become a "no" (architecture §1). Reason is set for Defer, and explains a Yes or No in traces.</summary>
readonly record struct Match(MatchKind Kind, string? Reason = null)
{
    public static readonly Match Yes = new(MatchKind.Yes);
    public static readonly Match No = new(MatchKind.No);
    public static Match Defer(string reason) => new(MatchKind.Defer, reason);
    public static Match Of(bool matched) => matched ? Yes : No;

    public bool IsYes => Kind == MatchKind.Yes;
    public bool IsDefer => Kind == MatchKind.Defer;

    /// <summary>A Defer stays a Defer.</summary>
    public Match Negate() => Kind switch { MatchKind.Yes => No, MatchKind.No => Yes, _ => this };
}
