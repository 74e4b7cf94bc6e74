using ScriptMta.Logging;

namespace ScriptMta.Reception;

/// <summary>The trace of a dry run in lines that begin as Exim's do: which list runs, each statement with its place, what each condition saw and what came of it.</summary>
static class TrialTrace
{
    public static string? Line(TraceStep step)
    {
        var indent = new string(' ', 2 * step.Depth);
        var place = step.At.Line > 0 ? $" ({step.At.File} {step.At.Line})" : "";
        return ">>> " + (step.Kind switch
        {
            "statement" => $"{indent}processing \"{step.Text}\"{place}",
            "acl" => $"{indent}{step.Text}: {step.Result}{place}",
            "condition" => $"{indent}check {step.Text}: {step.Result}",
            "value" => $"{indent}  = {step.Result}",
            _ => $"{indent}  {step.Kind} {step.Text}{(step.Result.Length > 0 ? ": " + step.Result : "")}",
        }).Replace('\n', ' ');
    }
}
