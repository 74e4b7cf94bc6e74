using System.Text.RegularExpressions;
using TextPattern = System.Text.RegularExpressions.Regex;

namespace ScriptMta.Tests.Expansion.Generated;

/// <summary>The checked-in list differences.txt: a line "# reason", then patterns for the template, for Exim's answer and for ours; all three must match.</summary>
static class IntendedDifferences
{
    sealed record Row(string Reason, TextPattern Template, TextPattern Exim, TextPattern Ours);

    static readonly List<Row> Rows = Read(Path.Combine(Path.GetDirectoryName(ExpansionCases.Folder)!, "Generated", "differences.txt"));

    public static string? ReasonFor(string template, string exim, string ours) =>
        Rows.FirstOrDefault(row => row.Template.IsMatch(template) && row.Exim.IsMatch(exim) && row.Ours.IsMatch(ours))?.Reason;

    static List<Row> Read(string file)
    {
        var rows = new List<Row>();
        var (reason, patterns) = ("", new List<TextPattern>());
        foreach (var line in File.ReadLines(file).Where(line => line.Length != 0))
        {
            if (line.StartsWith("# ", StringComparison.Ordinal)) reason = line[2..];
            else patterns.Add(new TextPattern(line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(), RegexOptions.Singleline | RegexOptions.CultureInvariant));
            if (patterns.Count < 3) continue;
            rows.Add(new(reason, patterns[0], patterns[1], patterns[2]));
            patterns.Clear();
        }
        return rows;
    }
}
