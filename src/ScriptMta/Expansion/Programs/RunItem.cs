using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// ${run{command}{yes}{no}}: runs a program with an argument list, no shell. The words are expanded one by one, or with ",preexpand" all at once before
/// they are taken apart. A stranger must not choose the program; arguments may be anything. $runrc is its exit status, $value what it printed.
/// </summary>
sealed class RunItem(IReadOnlyList<string>? words, string source, Node whole, Branch branch) : Node
{
    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        if (!ReadOptions(reader, out var expandFirst)) return null;
        reader.SkipSpace();
        if (!reader.Take('{')) return reader.FailBraces("missing '{' for command arg of run");
        var start = reader.At;
        if (reader.ReadBraced() is not { } whole) return expandFirst ? null : reader.FailInstead(Wrong(reader, reader.Text[start..reader.At]));
        var source = reader.Text[start..reader.At];
        reader.At++;
        if (ArgumentGrammar.ReadBranch(reader, row.Name) is not { } branch) return null;
        return new RunItem(expandFirst ? null : CommandWords.Split(source), source, whole, branch);
    }

    /// <summary>Exim only looks for the end of the command here: what is wrong before a "}" is the word's matter, anything else hides the end.</summary>
    static string Wrong(TemplateReader reader, string source)
    {
        const string NoEnd = "missing '}' closing command arg of run";
        if (reader.Next != '}') return NoEnd;
        foreach (var word in CommandWords.Split(source))
            if (TemplateCache.Get(word).SyntaxError is { } error) return WordError(word, source, error);
        return reader.Error ?? NoEnd;
    }

    static string WordError(string word, string source, string error) => $"Expansion of \"{word}\" from command \"{source}\" in ${{run}} expansion failed: {error}";

    /// <summary>As Exim compares it: nothing but letters may follow "preexpand" for it to be told from "{".</summary>
    static bool ReadOptions(TemplateReader reader, out bool expandFirst)
    {
        const string ExpandFirst = "preexpand";
        expandFirst = false;
        while (reader.Take(','))
        {
            if (!reader.Text.AsSpan(reader.At).StartsWith(ExpandFirst))
            {
                var end = Math.Min(reader.At + 1, reader.Text.Length);
                while (end < reader.Text.Length && char.IsAsciiLetter(reader.Text[end])) end++;
                reader.Fail($"bad option '{reader.Text[reader.At..end]}' for run");
                return false;
            }
            reader.At += ExpandFirst.Length;
            expandFirst = true;
        }
        return true;
    }

    static readonly SourceLocation Place = SourceLocation.BuiltIn("${run");

    public override ExpandedKind Append(Evaluation evaluation)
    {
        if (evaluation.Context.Refusal(ForbiddenItems.Programs) is { } refusal) return evaluation.Fail(refusal);
        var kind = Arguments(evaluation, out var arguments);
        if (kind != ExpandedKind.Ok) return kind;
        var context = evaluation.Context;
        var outcome = new RunOutcome("", RunOutcome.NotStarted);
        if (context.DryRun) context.Trace?.Add("run", Place, string.Join(' ', arguments), "not run: nothing may change here");
        else if (arguments.Count > 0)
        {
            if (Sinks.Program(arguments[0]) is { } tainted) return evaluation.Fail(tainted);
            outcome = RunOutcome.Of([.. arguments.Select(argument => argument.Text)], context.Environment, RunOutcome.Limit);
            if (outcome.TimedOut) return evaluation.Fail("command timed out");
            if (outcome.Status < 0) return evaluation.Fail($"command killed by signal {-outcome.Status}");
        }
        context.Variables["runrc"] = Value.Clean(outcome.Status.ToString());
        context.CurrentValue = Value.Clean(outcome.Output);
        if (branch.Yes is null) return outcome.Status == 0 ? evaluation.Append(outcome.Output) : ExpandedKind.Ok;
        return branch.Append(evaluation, outcome.Status == 0);
    }

    ExpandedKind Arguments(Evaluation evaluation, out List<Value> arguments)
    {
        arguments = [];
        if (words is null)
        {
            var kind = evaluation.Evaluate(whole, out var text);
            if (kind == ExpandedKind.Ok) arguments = [.. CommandWords.Split(text.Text).Select(word => text with { Text = word })];
            return kind;
        }
        foreach (var word in words)
        {
            var result = TemplateCache.Get(word).Expand(evaluation.Context);
            if (!result.IsOk) return Stop(evaluation, word, result);
            arguments.Add(result.Value);
        }
        return ExpandedKind.Ok;
    }

    ExpandedKind Stop(Evaluation evaluation, string word, Expanded result)
    {
        var error = WordError(word, source, result.Error);
        return result.Kind switch
        {
            ExpandedKind.ForcedFail => evaluation.ForceFail(error),
            ExpandedKind.Failed => evaluation.Fail(error),
            _ => evaluation.Take(result),
        };
    }
}
