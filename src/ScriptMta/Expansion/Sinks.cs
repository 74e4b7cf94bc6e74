using System.Collections.Frozen;

namespace ScriptMta.Expansion;

/// <summary>
/// Places that must not take text which a stranger chose: files, commands, templates, unquoted queries (Exim 11.2). Each check answers null when the value may pass, or
/// Exim's error text with the clean variable to use instead.
/// </summary>
static class Sinks
{
    static readonly FrozenDictionary<string, string> CleanInstead = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["local_part"] = "local_part_data", ["domain"] = "domain_data", ["original_local_part"] = "local_part_data", ["original_domain"] = "domain_data",
        ["sender_address"] = "sender_data", ["recipients"] = "recipient_data",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="what">What the name is for, as "file or directory name for local_delivery transport".</param>
    public static string? FileName(Value value, string what, Template? from = null) =>
        value.IsTainted ? $"Tainted '{value.Text}' ({what}) not permitted{Suggestion(from)}" : null;

    /// <param name="what">As "command for address_pipe transport".</param>
    public static string? Command(Value value, string what, Template? from = null) => FileName(value, what, from);

    /// <summary>The program of ${run. Exim answers so, and writes the reason to its log only.</summary>
    public static string? Program(Value value) =>
        value.IsTainted ? $"couldn't create child process: Operation not permitted (Attempt to exec tainted path: '{value.Text}')" : null;

    /// <summary>The file or directory that a lookup searches.</summary>
    public static string? SearchFile(Value value) => value.IsTainted ? $"Tainted filename for search: '{value.Text}'" : null;

    public static string TaintedTemplate(Value value) => $"attempt to expand tainted string '{value.Text}'";

    /// <summary>Names the clean variables for those that the template uses, as " (use $local_part_data instead of $local_part)"; empty when there are none.</summary>
    public static string Suggestion(Template? from)
    {
        if (from is null) return "";
        var found = CleanInstead.Where(pair => Uses(from.Source, pair.Key)).Select(pair => $"${pair.Value} instead of ${pair.Key}").ToList();
        return found.Count == 0 ? "" : $" (use {string.Join(", ", found)})";
    }

    /// <summary>The error with the suggestion, if it is about taint and has none yet.</summary>
    public static string WithSuggestion(string error, Template from) =>
        error.Contains("ainted", StringComparison.Ordinal) && !error.Contains(" (use $", StringComparison.Ordinal) ? error + Suggestion(from) : error;

    static bool Uses(string source, string name)
    {
        for (var at = source.IndexOf(name, StringComparison.Ordinal); at >= 0; at = source.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            var plain = at > 0 && source[at - 1] == '$' && (end == source.Length || !char.IsAsciiLetterOrDigit(source[end]) && source[end] != '_');
            var braced = at > 1 && source[at - 1] == '{' && source[at - 2] == '$' && end < source.Length && source[end] == '}'; // "${domain:" is an operator
            if (plain || braced) return true;
        }
        return false;
    }
}
