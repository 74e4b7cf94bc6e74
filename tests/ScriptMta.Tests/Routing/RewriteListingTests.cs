using ScriptMta.Language;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

/// <summary>-brw over rows of rules and addresses (rewriting/brw.txt), each as Exim answers it.</summary>
public sealed class RewriteListingTests
{
    static readonly string CaseFile = RuleLines.FileOf("Routing", "rewriting", "brw.txt");

    [Fact]
    public void Exim_says_what_the_rows_say()
    {
        var wrong = RuleLines.Read(CaseFile, "rewrite").Select(one => (Case: one, Said: RuleLines.Ask(one, "-brw")))
            .Where(pair => pair.Said == pair.Case.Row.Output != pair.Case.Row.Difference is null).Select(pair => pair.Case.Report(pair.Said, "Exim"));
        if (string.Concat(wrong) is { Length: > 0 } report) Assert.Fail(report);
    }

    [Fact]
    public void So_does_ScriptMta()
    {
        var wrong = RuleLines.Read(CaseFile, "rewrite").Select(one => (Case: one, Said: Say(one))).Where(pair => pair.Said != pair.Case.Row.Output).Select(pair => pair.Case.Report(pair.Said, "ours"));
        if (string.Concat(wrong) is { Length: > 0 } report) Assert.Fail(report);
    }

    static string Say(RuleLines.Case one)
    {
        var problems = new ProblemList();
        var document = ConfigurationReader.ReadText(one.Configuration, "test.conf", new ReadOptions(), problems);
        var rules = RewriteRules.Load(document.Rewrite, problems);
        if (problems.HasErrors) return RuleLines.Condensed("", ErrorFormat.Format(problems.All[0]), 1);
        using var log = new StringWriter { NewLine = "\n" };
        return RuleLines.Condensed(RewriteListing.Of(one.Arguments[0], rules, RuleLines.Context(document, log)), log.ToString(), 0);
    }
}
