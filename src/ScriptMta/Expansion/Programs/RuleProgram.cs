using System.Collections;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>The surroundings of every program that a rule starts: what keep_environment and add_environment leave, and the spool directory, as in Exim.</summary>
static class RuleProgram
{
    public static ChildCommand Command(IReadOnlyList<string> words, RuleEnvironment environment, bool hasInput, bool joinsErrors) =>
        new(words, Variables(environment), Directory.Exists(environment.SpoolDirectory) ? environment.SpoolDirectory : null, hasInput, joinsErrors);

    static Dictionary<string, string> Variables(RuleEnvironment environment)
    {
        if (environment.KeptEnvironment is { } kept) return kept.ToDictionary(pair => Latin1.FromUnicode(pair.Key), pair => Latin1.FromUnicode(pair.Value));
        return Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(pair => Latin1.FromUnicode((string)pair.Key), pair => Latin1.FromUnicode((string)pair.Value!));
    }
}
