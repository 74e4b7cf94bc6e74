using System.Text.RegularExpressions;
using ScriptMta.Cli;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

/// <summary>cases/syntax.txt: what a configuration means, or how its error reads, here and in Debian's Exim.</summary>
public sealed partial class ConfigurationSyntaxTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("scriptmta-syntax-").FullName;

    public static TheoryData<string> Names => [.. ConfigurationCase.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void ScriptMta_says(string name)
    {
        var one = Find(name);
        var problems = new ProblemList();
        var loaded = ConfigurationLoader.Load(new SiteRequest(one.WriteTo(_folder), []), problems);
        var errors = problems.All.Where(p => !p.IsWarning).Select(p => ErrorFormat.Format(p).Replace(_folder, "DIR", StringComparison.Ordinal)).ToList();
        var expected = one.Ours ?? one.Answer;
        if (loaded is not null) Assert.Equal(expected, one.Shorten(PrintCommand.Answer(loaded, one.Words, valuesOnly: false, seesHidden: true).Output, _folder));
        else if (!errors.Contains(expected)) Assert.Equal(expected, WithoutPlace(errors[0], expected));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Exim_says(string name)
    {
        var one = Find(name);
        // Exim writes its log there as another user.
        File.SetUnixFileMode(_folder, (UnixFileMode)0x1ff);
        var (output, errors, _) = Oracle.Run(["-C", one.WriteTo(_folder), "-bP", .. one.Words]);
        var error = ConfigurationError().Match(errors);
        Assert.Equal(one.Answer, error.Success ? error.Value.Replace(_folder, "DIR", StringComparison.Ordinal) : one.Shorten(output, _folder));
    }

    [Fact]
    public void There_are_many_cases_with_and_without_an_error()
    {
        Assert.True(ConfigurationCase.All.Count >= 140);
        Assert.True(ConfigurationCase.All.Count(c => c.Answer.StartsWith("Exim configuration error", StringComparison.Ordinal)) >= 70);
        Assert.True(ConfigurationCase.All.Count(c => c.Ours is not null) <= 20, "differences from Exim are rare");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Some of Exim's errors name no line; ours do.</summary>
    static string WithoutPlace(string error, string expected) =>
        expected.StartsWith("Exim configuration error:", StringComparison.Ordinal) ? Place().Replace(error, "Exim configuration error:", 1) : error;

    static ConfigurationCase Find(string name) => ConfigurationCase.All.Single(c => c.Name == name);

    [GeneratedRegex("^Exim configuration error in line .*:")]
    private static partial Regex Place();

    [GeneratedRegex("Exim configuration error.*?:\n  .*")]
    private static partial Regex ConfigurationError();
}
