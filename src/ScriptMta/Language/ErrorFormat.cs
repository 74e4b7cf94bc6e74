namespace ScriptMta.Language;

/// <summary>Problems as Exim prints them on standard error for -bV, -C and its other options; `check` prints ConfigurationProblem.ToString instead.</summary>
static class ErrorFormat
{
    public static string Format(ConfigurationProblem problem)
    {
        var message = problem.InEximsWords ?? problem.Message;
        return problem.At.Line == 0
            ? $"Exim configuration error:\n  {message}"
            : $"Exim configuration error in line {problem.At.Line} of {problem.At.File}:\n  {message}";
    }
}
