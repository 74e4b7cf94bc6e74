using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>
/// A string with ${…} parsed once into a tree and evaluated many times (Exim chapter 11). Immutable and thread-safe. Parsing never throws: a
/// syntax error is kept, reported at load by whoever binds the option, and every expansion of such a template fails with its text.
/// </summary>
sealed class Template
{
    // Templates nested by ${expand:}, ${acl and lookups in lists; Exim itself stops an ACL at 20.
    const int MaxRunningTemplates = 100;
    // A tree this deep fits any stack (some 300 bytes a level); deeper ones get a stack of their own.
    const int ShallowDepth = 100;

    readonly Node _root;
    readonly int _depth;

    Template(string source, SourceLocation at, TemplateReader reader)
    {
        Source = source;
        At = at;
        _root = reader.ReadAll() ?? TextNode.Empty;
        _depth = reader.DeepestNesting;
        SyntaxError = reader.Error;
        LookupTypes = reader.LookupTypes;
        ScriptFunctions = reader.ScriptFunctions;
        Patterns = reader.Patterns;
    }

    public static Template Parse(OptionText text) => Parse(text.Text, text.At);
    public static Template Parse(string text, SourceLocation at) => new(text, at, new TemplateReader(text));

    /// <summary>The text as written.</summary>
    public string Source { get; }
    public SourceLocation At { get; }
    /// <summary>Exim's text for what is wrong, or null.</summary>
    public string? SyntaxError { get; }
    /// <summary>Lookup types as written, with decorations and options, and the JavaScript functions that are named outright.</summary>
    public IReadOnlyList<string> LookupTypes { get; }
    public IReadOnlyList<string> ScriptFunctions { get; }
    /// <summary>Regular expressions of match and sg that are written outright.</summary>
    public IReadOnlyList<string> Patterns { get; }
    /// <summary>No variable, item or escape: the value is the text itself.</summary>
    public bool IsConstant => SyntaxError is null && _root is TextNode text && text.Value.Text == Source;

    /// <summary>What a load of the configuration should report: the syntax error, a lookup type or JavaScript function that is not there; null = nothing.</summary>
    public string? Problem(RuleEnvironment environment)
    {
        if (SyntaxError is not null) return SyntaxError;
        foreach (var type in LookupTypes)
            if (LookupSearch.Parse(type, environment.Lookups, out var error) is null) return error;
        return ScriptFunctions.Select(function => ScriptItem.Problem(function, environment)).FirstOrDefault(problem => problem is not null);
    }

    /// <summary>Evaluates. Synchronous: a lookup that waits holds the calling thread (bounded by its own time-out).</summary>
    public Expanded Expand(ExpansionContext context)
    {
        if (SyntaxError is not null) return Expanded.Failed(SyntaxError);
        if (_root is TextNode text) return Expanded.Ok(text.Value);
        if (context.RunningTemplates >= MaxRunningTemplates) return Expanded.Failed($"expansions nested too deeply (more than {MaxRunningTemplates} inside one another)");
        context.RunningTemplates++;
        try { return _depth <= ShallowDepth && DeepStack.HasRoom ? Run(context) : RunDeep(context); }
        finally { context.RunningTemplates--; }
    }

    /// <summary>
    /// As an ACL's `condition` has it (Exim chapter 44): empty, "0", "no" and "false" are false; "yes", "true" and other numbers are true; anything else
    /// fails. What is not Ok, a forced failure too, is for the caller to judge.
    /// </summary>
    public Expanded ExpandBool(ExpansionContext context, out bool yes)
    {
        yes = false;
        var result = Expand(context);
        if (!result.IsOk) return result;
        if (ConditionText.IsTrue(result.Text) is not { } truth) return Expanded.Failed($"invalid \"condition\" value \"{result.Text}\"");
        yes = truth;
        return result;
    }

    /// <summary>By itself, so that the closure is made only here.</summary>
    Expanded RunDeep(ExpansionContext context) => DeepStack.Run(() => Run(context));

    Expanded Run(ExpansionContext context)
    {
        var evaluation = Evaluation.Rent(context);
        var kind = evaluation.Evaluate(_root, out var value);
        var result = kind switch
        {
            ExpandedKind.Ok => Expanded.Ok(value),
            ExpandedKind.ForcedFail => Expanded.ForcedFail(evaluation.Error),
            ExpandedKind.Deferred => Expanded.Deferred(evaluation.Error),
            _ => Expanded.Failed(Sinks.WithSuggestion(evaluation.Error, this)),
        };
        evaluation.Return();
        return result;
    }
}
