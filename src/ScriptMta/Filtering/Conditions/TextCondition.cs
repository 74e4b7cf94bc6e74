using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

enum TextTest { Begins, Contains, Ends, Is, Matches }

/// <summary>filter.txt 3.22. Caseless when the test's name is written in lower case.</summary>
sealed record TextCondition(Template Left, TextTest Test, Template Right, bool Caseless) : FilterCondition
{
    public override bool IsTrue(FilterRun run)
    {
        if (!run.TryExpand(Left, Where, out var left) || !run.TryExpand(Right, Where, out var right)) return false;
        var how = Caseless ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var answer = Test switch
        {
            TextTest.Begins => left.Text.StartsWith(right.Text, how),
            TextTest.Ends => left.Text.EndsWith(right.Text, how),
            TextTest.Is => left.Text.Equals(right.Text, how),
            // Exim finds the empty string nowhere.
            TextTest.Contains => right.Text.Length > 0 && left.Text.Contains(right.Text, how),
            _ => Matches(run, left, right.Text),
        };
        run.Context.Trace?.Add("condition", run.At, $"\"{left}\" {Test.ToString().LowerAscii()} \"{right}\"", answer ? "true" : "false");
        return answer;
    }

    bool Matches(FilterRun run, Value subject, string text)
    {
        if (Pattern.Compile(text, Caseless, out var error) is not { } pattern)
            return run.Fail(error.Replace("regular expression error in", "error while compiling regular expression"));
        var match = pattern.Match(subject.Text);
        if (match.IsDefer) return run.DeferFor(match.Reason ?? "a regular expression took too long");
        if (!match.IsYes) return false;
        // Only a successful match changes $0 …, and nothing restores them (filter.txt 3.22).
        var captures = new Value?[match.Groups.Count];
        for (var i = 0; i < captures.Length; i++) captures[i] = new Value(match.Group(i), subject.Taint);
        run.Context.Captures = captures;
        return true;
    }
}
