using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Routing;

/// <summary>One rewriting rule (Exim 31.4). Subject is the pattern as written, a template: SMTP-time rules match it as a regular expression, all others as an item of an address list.</summary>
sealed record RewriteRule(Template Subject, RuleList Pattern, Template Replacement, RewriteFlags Flags, SourceLocation At)
{
    /// <summary>A lone asterisk: what the rule matches is not rewritten, by later rules neither.</summary>
    public bool Stops => Replacement.Source == "*";

    public static RewriteRule? Read(LogicalLine line, ProblemList problems)
    {
        var at = 0;
        var pattern = RuleWord.Read(line.Text, ref at);
        var replacementAt = at;
        if (at >= line.Text.Length) return Wrong(at, "missing rewrite replacement string");
        var replacement = RuleWord.Read(line.Text, ref at);
        if (RewriteFlags.Read(line.Text, at, out var error, out var place) is not { } flags) return Wrong(place, error);
        if (flags.Kinds.HasFlag(RewriteKinds.Smtp) && !IsRegex(pattern)) return Wrong(0, "rewrite rule has the S flag but is not a regular expression");
        var subject = new OptionText(pattern, line.PlaceOf(0));
        return new(Template.Parse(subject), RuleList.OneAddress(subject), Template.Parse(new OptionText(replacement, line.PlaceOf(replacementAt))), flags, line.PlaceOf(0));

        RewriteRule? Wrong(int place, string what)
        {
            problems.Error(line.PlaceOf(place), what);
            return null;
        }
    }

    /// <summary>Before its expansion, which may take the protection away.</summary>
    static bool IsRegex(string pattern) => pattern.StartsWith('^') || pattern.StartsWith("\\N^", StringComparison.Ordinal);
}
