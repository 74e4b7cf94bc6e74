using System.Runtime.CompilerServices;

namespace ScriptMta.Scripting;

/// <summary>
/// A match of a script's regular expression is one statement to the engine, and it gives no time limit to .NET's. The process-wide default has to be set before the
/// first expression of the process is made, hence a module initializer.
/// </summary>
static class RegexBudget
{
    /// <summary>As long as a whole call may take by default.</summary>
    public static readonly TimeSpan MatchTime = TimeSpan.FromSeconds(1);

    [ModuleInitializer]
    public static void Set() => AppDomain.CurrentDomain.SetData("REGEX_DEFAULT_MATCH_TIMEOUT", MatchTime);
}
