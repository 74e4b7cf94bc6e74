using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>${sg{subject}{pattern}{replacement}}: every match is replaced. The replacement is a template of its own, so it must be clean if there is anything to expand in it; $0 to $9 are what was matched.</summary>
static class SubstituteItem
{
    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        if (ArgumentGrammar.ReadAll(reader, row.Name, 3, 3) is not { } arguments) return null;
        reader.Note(arguments[1]);
        return new CallNode(Run, arguments);
    }

    static ExpandedKind Run(Evaluation evaluation, Value[] arguments)
    {
        var (subject, replacement) = (arguments[0], arguments[2]);
        if (Pattern.Compile(arguments[1].Text, false, out var error) is not { } pattern) return evaluation.Fail(error);
        if (replacement.IsTainted && replacement.Text.AsSpan().IndexOfAny('$', '\\') >= 0) return evaluation.Fail(Sinks.TaintedTemplate(replacement));
        var context = evaluation.Context;
        var outer = context.Captures;
        var kind = Replace(evaluation, subject, pattern, TemplateCache.Get(replacement.Text));
        evaluation.Taint = evaluation.Taint.Join(replacement.Taint);
        context.Captures = outer;
        return kind;
    }

    static ExpandedKind Replace(Evaluation evaluation, Value subject, Pattern pattern, Template template)
    {
        var text = subject.Text;
        var (copied, at, afterEmpty) = (0, 0, false);
        while (at <= text.Length)
        {
            var match = pattern.Match(text, at, afterEmpty);
            if (match.IsDefer) return evaluation.Defer(match.Reason ?? "the pattern took too long");
            if (!match.IsYes)
            {
                // After an empty match nothing else begins here: step over one character and search on.
                if (!afterEmpty) break;
                (at, afterEmpty) = (at + 1, false);
                continue;
            }
            evaluation.Append(text.AsSpan(copied, match.Start - copied), subject.Taint);
            evaluation.Context.Captures = Captures.From(match, subject.Taint);
            var kind = evaluation.Take(template.Expand(evaluation.Context));
            if (kind != ExpandedKind.Ok) return kind;
            (copied, at, afterEmpty) = (match.End, match.End, match.End == match.Start);
        }
        return evaluation.Append(text.AsSpan(copied), subject.Taint);
    }
}

/// <summary>$0 to $20 from a match.</summary>
static class Captures
{
    public static Value?[] From(PatternMatch match, Taint taint)
    {
        var captures = new Value?[match.Groups.Count];
        for (var i = 0; i < captures.Length; i++)
            captures[i] = match.Groups[i] is { } text ? new Value(text, taint) : null;
        return captures;
    }
}
