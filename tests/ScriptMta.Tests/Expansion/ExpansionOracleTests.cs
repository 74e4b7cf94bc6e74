using System.Diagnostics;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Tests.Expansion;

/// <summary>The rows of cases/ are what Debian's Exim says today, so a row cannot have been written to suit ours.</summary>
public sealed class ExpansionOracleTests
{
    static readonly string[] Places = ["/usr/sbin/exim4", "/opt/exim-oracle/usr/sbin/exim4"];
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static TheoryData<string> CaseFiles => ExpansionCaseTests.CaseFiles;

    /// <summary>A process for each file: in Exim, what the last match captured outlives its line.</summary>
    [Theory]
    [MemberData(nameof(CaseFiles))]
    public void Exim_says_the_same_but_for_the_intended_differences(string file)
    {
        var cases = ExpansionCases.Read(Path.Combine(ExpansionCases.Folder, file));
        var said = Ask(cases.Select(one => one.Input));
        Assert.Equal(cases.Count, said.Count);
        var wrong = cases.Zip(said).Where(pair => (pair.First.Output == pair.Second) != (pair.First.Difference is null))
            .Select(pair => Latin1.ToUnicode($"\n{pair.First.File}:{pair.First.Line}: {pair.First.Input}\n  file {pair.First.Output}\n  Exim {pair.Second}"));
        if (string.Concat(wrong) is { Length: > 0 } report) Assert.Fail(report);
    }

    static List<string> Ask(IEnumerable<string> templates)
    {
        // Exim reads its configuration as root only from a file that root owns.
        var configuration = Path.Combine(Path.GetTempPath(), "scriptmta-oracle-" + Guid.NewGuid().ToString("N") + ".conf");
        File.Copy(Path.Combine(ExpansionCases.Folder, "oracle.conf"), configuration);
        try { return Run(configuration, templates); }
        finally { File.Delete(configuration); }
    }

    static List<string> Run(string configuration, IEnumerable<string> templates)
    {
        using var exim = Process.Start(new ProcessStartInfo(Oracle(), ["-C", configuration, "-be"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = Encoding.Latin1, StandardOutputEncoding = Encoding.Latin1,
        })!;
        var output = exim.StandardOutput.ReadToEndAsync();
        var errors = exim.StandardError.ReadToEndAsync();
        foreach (var template in templates) exim.StandardInput.Write(template + "\n");
        exim.StandardInput.Close();
        if (!exim.WaitForExit(Limit))
        {
            exim.Kill(entireProcessTree: true);
            Assert.Fail("Exim did not end");
        }
        errors.Wait(Limit);
        // A prompt stands before each answer, and one at the end.
        return [.. ("\n" + output.Result).Split("\n> ")[1..^1]];
    }

    static string Oracle()
    {
        var named = Environment.GetEnvironmentVariable("EXIM_ORACLE");
        var found = named is { Length: > 0 } ? named : Places.FirstOrDefault(File.Exists);
        Assert.True(found is not null && File.Exists(found), $"no Exim to compare with: set EXIM_ORACLE, or install Debian's exim4-daemon-heavy (looked for {string.Join(", ", Places)})");
        return found!;
    }
}
