using ScriptMta.Common;

namespace ScriptMta.Tests.Expansion;

/// <summary>The rows of cases/ are what Debian's Exim says today, so a row cannot have been written to suit ours.</summary>
public sealed class ExpansionOracleTests
{
    public static TheoryData<string> CaseFiles => ExpansionCaseTests.CaseFiles;

    /// <summary>A process for each file: in Exim, what the last match captured outlives its line.</summary>
    [Theory]
    [MemberData(nameof(CaseFiles))]
    public void Exim_says_the_same_but_for_the_intended_differences(string file)
    {
        var cases = ExpansionCases.Read(Path.Combine(ExpansionCases.Folder, file));
        var said = Ask(cases.Select(one => one.Input), ExpansionCases.Sender(file));
        Assert.Equal(cases.Count, said.Count);
        var wrong = cases.Zip(said).Where(pair => Agrees(pair.First.Output, pair.Second) != (pair.First.Difference is null))
            .Select(pair => Latin1.ToUnicode($"\n{pair.First.File}:{pair.First.Line}: {pair.First.Input}\n  file {pair.First.Output}\n  Exim {pair.Second}"));
        if (string.Concat(wrong) is { Length: > 0 } report) Assert.Fail(report);
    }

    /// <summary>Where Exim gives up altogether, ours is a failure that ends in Exim's last words.</summary>
    static bool Agrees(string ours, string exim) =>
        exim.StartsWith(Dead, StringComparison.Ordinal) ? ours.StartsWith("Failed: ", StringComparison.Ordinal) && ours.EndsWith(exim[Dead.Length..], StringComparison.Ordinal) : ours == exim;

    internal static List<string> Ask(IEnumerable<string> templates, string? sender = null)
    {
        // Exim reads its configuration as root only from a file that root owns.
        var configuration = Path.Combine(Path.GetTempPath(), "scriptmta-oracle-" + Guid.NewGuid().ToString("N") + ".conf");
        File.WriteAllText(configuration, ExpansionCases.Placed(File.ReadAllText(Path.Combine(ExpansionCases.Folder, "oracle.conf"))));
        try { return Run(["-C", configuration, .. sender is null ? Array.Empty<string>() : ["-f", sender], "-be"], templates); }
        finally { File.Delete(configuration); }
    }

    /// <summary>Exim dies of some lines: it is started again behind them.</summary>
    static List<string> Run(IReadOnlyList<string> arguments, IEnumerable<string> templates)
    {
        var (asked, said) = (templates.ToList(), new List<string>());
        while (said.Count < asked.Count)
        {
            var run = Oracle.Run(arguments, asked.Skip(said.Count));
            said.AddRange(("\n" + run.Output).Split("\n> ")[1..^1]); // a prompt stands before each answer, and one at the end
            if (said.Count < asked.Count) said.Add(Dead + run.Errors.TrimEnd().Split('\n')[^1][TimeStamp..]);
        }
        return said;
    }

    const string Dead = "\0";
    static readonly int TimeStamp = "2026-11-25 13:37:26 ".Length;
}
