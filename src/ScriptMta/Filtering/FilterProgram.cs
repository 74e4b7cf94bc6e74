using System.Collections.Immutable;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Filtering;

/// <summary>An Exim filter (Exim's "interfaces to mail filtering", and chapter 47), parsed once. Immutable and thread-safe.</summary>
sealed class FilterProgram
{
    readonly ImmutableArray<FilterCommand> _commands;
    readonly FilterRules _rules;

    FilterProgram(ImmutableArray<FilterCommand> commands, FilterRules rules) => (_commands, _rules) = (commands, rules);

    /// <summary>The text begins with "# Exim filter".</summary>
    public static bool IsFilter(string text) => FilterWords.SkipMark(text) >= 0;

    /// <summary>Null when there are problems. fileName is what messages call the text.</summary>
    public static FilterProgram? Parse(string text, string fileName, FilterRules rules, out ImmutableArray<FilterProblem> problems)
    {
        var words = new FilterWords(text, fileName);
        var commands = new FilterGrammar(words, rules).ReadAll();
        problems = words.Problem is { } problem ? [problem] : [];
        return words.Problem is null ? new(commands, rules) : null;
    }

    /// <summary>
    /// Runs the filter for the context's message and address. A system filter's header changes are made in the context at once. Into
    /// listing, when given, goes what "-bf" prints.
    /// </summary>
    public FilterResult Run(ExpansionContext context, List<string>? listing = null)
    {
        var run = new FilterRun(context, _rules, listing);
        run.Begin();
        RunAll(_commands, run);
        return run.End();
    }

    /// <summary>True while the commands after these are to be obeyed.</summary>
    public static bool RunAll(ImmutableArray<FilterCommand> commands, FilterRun run)
    {
        foreach (var command in commands)
        {
            run.At = command.At;
            if (!command.Run(run)) return false;
        }
        return true;
    }
}
