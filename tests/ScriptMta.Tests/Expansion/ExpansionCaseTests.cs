using ScriptMta.Common;

namespace ScriptMta.Tests.Expansion;

/// <summary>Every template of cases/ comes to what its file says.</summary>
public sealed class ExpansionCaseTests
{
    public static TheoryData<string> CaseFiles => new(ExpansionCases.Files.Select(file => Path.GetFileName(file)));

    [Theory]
    [MemberData(nameof(CaseFiles))]
    public void Templates_come_to_what_the_file_says(string file)
    {
        var cases = ExpansionCases.Read(Path.Combine(ExpansionCases.Folder, file));
        Assert.NotEmpty(cases);
        var wrong = cases.Select(one => (Case: one, Got: ExpansionFixture.Be(one.Input, ExpansionFixture.ContextOf(file)))).Where(pair => pair.Got != pair.Case.Output)
            .Select(pair => Latin1.ToUnicode($"\n{file}:{pair.Case.Line}: {pair.Case.Input}\n  want {pair.Case.Output}\n  got  {pair.Got}"));
        if (string.Concat(wrong) is { Length: > 0 } report) Assert.Fail(report);
    }
}
