using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// What a pattern found. Defer: the match limit was reached (Reason says so), which is never a "no". Start and End are char (= byte) positions of the
/// whole match; -1 unless it matched.
/// </summary>
/// <param name="Groups">$0, $1 …: null for a group that took no part; empty unless it matched. At most <see cref="Pattern.MaxGroups"/> long.</param>
readonly record struct PatternMatch(MatchKind Kind, int Start, int End, IReadOnlyList<string?> Groups, string? Reason = null)
{
    public static readonly PatternMatch No = new(MatchKind.No, -1, -1, []);
    public static PatternMatch Defer(string reason) => new(MatchKind.Defer, -1, -1, [], reason);

    public bool IsYes => Kind == MatchKind.Yes;
    public bool IsDefer => Kind == MatchKind.Defer;

    /// <summary>$n of this match; empty for a group that is missing or took no part.</summary>
    public string Group(int number) => number < Groups.Count ? Groups[number] ?? "" : "";
}
