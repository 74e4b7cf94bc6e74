using ScriptMta.Common;

namespace ScriptMta.Logging;

/// <summary>One step of a decision, for people: where the rule stands, what was asked, what was seen, what came of it.</summary>
/// <param name="Kind">acl, router, condition, filter, lookup, script, transport, host …</param>
sealed record TraceStep(int Depth, string Kind, SourceLocation At, string Text, string Result);

/// <summary>
/// Collects the steps that <c>verify</c> and <c>explain</c> print. Most contexts have none (null): call sites write
/// <c>trace?.Add(…)</c>, so tracing costs nothing when nobody asked. One owner; not thread-safe.
/// </summary>
/// <param name="seen">Gets each step as it happens, and the recorder keeps none.</param>
sealed class TraceRecorder(Action<TraceStep>? seen = null)
{
    readonly List<TraceStep> _steps = [];
    int _depth;

    public IReadOnlyList<TraceStep> Steps => _steps;

    /// <summary>Gets each step, too, while it is set.</summary>
    public Action<TraceStep>? Also { get; set; }

    public void Add(string kind, SourceLocation at, string text, string result)
    {
        var step = new TraceStep(_depth, kind, at, text, result);
        if (seen is null) _steps.Add(step);
        else seen(step);
        Also?.Invoke(step);
    }

    /// <summary>Steps added before the scope is disposed stand one level deeper.</summary>
    public Scope Nest(string kind, SourceLocation at, string text, string result = "")
    {
        Add(kind, at, text, result);
        _depth++;
        return new(this);
    }

    public readonly struct Scope(TraceRecorder? owner) : IDisposable
    {
        public void Dispose() { if (owner is not null) owner._depth--; }
    }
}
