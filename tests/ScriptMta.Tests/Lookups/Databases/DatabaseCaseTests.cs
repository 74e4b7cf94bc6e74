using ScriptMta.Common;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Lookups;

/// <summary>The lookups of cases/databases/, against the same servers by ours and by the real Exim.</summary>
[Collection(DatabaseGroup.Name)]
public sealed class DatabaseCaseTests(DatabaseServers servers)
{
    public static TheoryData<string> ComparedFiles => Files("*.txt");
    /// <summary>With those that Debian's Exim cannot run, written by its manual.</summary>
    public static TheoryData<string> CaseFiles => Files("*.txt", "*.manual");

    [Theory]
    [MemberData(nameof(CaseFiles))]
    public void Lookups_come_to_what_the_file_says(string file)
    {
        var environment = servers.Environment();
        Report(Cases(file).Select(one => (one, DatabaseServers.Be(environment, servers.Filled(one.Input)), servers.Filled(one.Output))).Where(row => row.Item2 != row.Item3));
    }

    [Theory]
    [MemberData(nameof(ComparedFiles))]
    public void Exim_says_the_same_but_for_the_intended_differences(string file)
    {
        var cases = Cases(file);
        // A prompt stands before each answer, and one at the end.
        var said = ("\n" + Oracle.Run(["-C", servers.OracleConfiguration, "-be"], cases.Select(one => servers.Filled(one.Input))).Output).Split("\n> ")[1..^1];
        Assert.Equal(cases.Count, said.Length);
        Report(cases.Zip(said, (one, exim) => (one, exim, servers.Filled(one.Output))).Where(row => (row.Item2 == row.Item3) != (row.one.Difference is null)));
    }

    [Fact]
    public void Enough_is_compared()
    {
        var cases = Names("*.txt").SelectMany(Cases).ToList();
        Assert.True(cases.Count >= 120 && cases.Count(one => one.Output.StartsWith("Failed", StringComparison.Ordinal)) >= 30 && cases.Count(one => one.Difference is not null) <= 25);
    }

    static TheoryData<string> Files(params string[] patterns) => new(Names(patterns));

    static IEnumerable<string> Names(params string[] patterns) =>
        patterns.SelectMany(pattern => Directory.EnumerateFiles(DatabaseServers.DataFolder, pattern)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    static List<ExpansionCases.Case> Cases(string file) => ExpansionCases.Read(Path.Combine(DatabaseServers.DataFolder, file));

    static void Report(IEnumerable<(ExpansionCases.Case Case, string Got, string Want)> wrong)
    {
        var report = string.Concat(wrong.Select(row => Latin1.ToUnicode($"\n{row.Case.File}:{row.Case.Line}: {row.Case.Input}\n  file {row.Want}\n  got  {row.Got}")));
        if (report.Length > 0) Assert.Fail(report);
    }
}
