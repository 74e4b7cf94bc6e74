using System.Text.RegularExpressions;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Stands in for PCRE2 on a machine without the library. What PCRE2 alone understands, or .NET would take for something else (<see cref="PcreOnly"/>), is an error there.</summary>
sealed class NetEngine : IPatternEngine
{
    // A second is far above what an honest pattern needs on a header line and short enough that a hostile subject cannot hold a session.
    static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    readonly Regex _regex;

    NetEngine(Regex regex) => _regex = regex;

    public static IPatternEngine? Compile(string text, bool caseless, out string reason)
    {
        reason = PcreOnly.Find(text, caseless) is { } only ? $"{only} needs libpcre2-8, which is not installed here" : "";
        if (reason.Length > 0) return null;
        try
        {
            return new NetEngine(new Regex(text, RegexOptions.CultureInvariant | RegexOptions.ECMAScript | (caseless ? RegexOptions.IgnoreCase : RegexOptions.None), MatchTime));
        }
        catch (RegexParseException error)
        {
            reason = $"{error.Error} at offset {error.Offset}";
            return null;
        }
    }

    public PatternMatch Match(string subject, int start, bool afterEmpty)
    {
        try
        {
            var match = _regex.Match(subject, start);
            if (!match.Success || (afterEmpty && (match.Index != start || match.Length == 0))) return PatternMatch.No;
            var count = Math.Min(match.Groups.Count, Pattern.MaxGroups);
            var groups = new string?[count];
            for (var i = 0; i < count; i++) groups[i] = match.Groups[i].Success ? match.Groups[i].Value : null;
            return new(MatchKind.Yes, match.Index, match.Index + match.Length, groups);
        }
        catch (RegexMatchTimeoutException)
        {
            return PatternMatch.Defer($"regular expression \"{_regex}\" took longer than {MatchTime.TotalSeconds:0} s: simplify it");
        }
    }
}
