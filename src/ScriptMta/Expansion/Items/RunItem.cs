using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// ${run{command}{yes}{no}}: runs a program with an argument list, no shell. The words are expanded one by one, or with ",preexpand" all at once before
/// they are taken apart. A stranger must not choose the program; arguments may be anything. $runrc is its exit status, $value what it printed.
/// </summary>
sealed class RunItem(RunItem.Word[]? words, string source, Node whole, Branch branch) : Node
{
    public sealed record Word(string Source, Template Template);

    public static Node? Read(TemplateReader reader, ItemRow row)
    {
        var expandFirst = false;
        while (reader.Take(','))
        {
            var option = reader.ReadName("_");
            if (option is not "preexpand") return reader.Fail($"bad option '{option}' for run");
            expandFirst = true;
        }
        reader.SkipSpace();
        if (!reader.Take('{')) return reader.FailBraces("missing '{' for command arg of run");
        var start = reader.At;
        if (reader.ReadBraced() is not { } whole) return null;
        var source = reader.Text[start..reader.At];
        reader.At++;
        if (ArgumentGrammar.ReadBranch(reader, row.Name) is not { } branch) return null;
        var words = expandFirst ? null : CommandWords.Split(source).Select(word => new Word(word, Template.Parse(word, Place))).ToArray();
        return new RunItem(words, source, whole, branch);
    }

    static readonly SourceLocation Place = SourceLocation.BuiltIn("${run");

    public override ExpandedKind Append(Evaluation evaluation)
    {
        var kind = Arguments(evaluation, out var arguments);
        if (kind != ExpandedKind.Ok) return kind;
        var context = evaluation.Context;
        var outcome = new RunOutcome("", RunOutcome.NotStarted);
        if (context.DryRun) context.Trace?.Add("run", Place, string.Join(' ', arguments), "not run: nothing may change here");
        else if (arguments.Count > 0)
        {
            if (Sinks.Command(arguments[0], "command for ${run") is { } tainted) return evaluation.Fail(tainted);
            outcome = RunOutcome.Of([.. arguments.Select(argument => argument.Text)], evaluation.Context.Environment.KeptEnvironment);
            if (outcome.TimedOut) return evaluation.Fail($"command timed out: {arguments[0].Text}");
        }
        context.Variables["runrc"] = Value.Clean(outcome.Status.ToString());
        if (branch.Yes is null) return evaluation.Append(outcome.Output);
        if (outcome.Status != 0) return branch.Append(evaluation, false);
        return branch.Append(evaluation, Value.Clean(outcome.Output));
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
            var result = word.Template.Expand(evaluation.Context);
            if (result.Kind == ExpandedKind.Failed) return evaluation.Fail($"Expansion of \"{word.Source}\" from command \"{source}\" in ${{run}} expansion failed: {result.Error}");
            if (!result.IsOk) return evaluation.Take(result);
            arguments.Add(result.Value);
        }
        return ExpandedKind.Ok;
    }
}
