using ScriptMta.Language;
using ScriptMta.Queue;

namespace ScriptMta.Tests.Queue;

/// <summary>-brt over rows of rules and arguments (retry/brt.txt), each as Exim answers it.</summary>
public sealed class RetryListingTests
{
    static readonly string CaseFile = RuleLines.FileOf("Queue", "retry", "brt.txt");

    [Fact]
    public void Exim_says_what_the_rows_say()
    {
        var wrong = RuleLines.Read(CaseFile, "retry").Select(one => (Case: one, Said: RuleLines.Ask(one, "-brt")))
            .Where(pair => pair.Said == pair.Case.Row.Output != pair.Case.Row.Difference is null).Select(pair => pair.Case.Report(pair.Said, "Exim"));
        if (string.Concat(wrong) is { Length: > 0 } report) Assert.Fail(report);
    }

    [Fact]
    public void So_does_ScriptMta()
    {
        var wrong = RuleLines.Read(CaseFile, "retry").Select(one => (Case: one, Said: Say(one))).Where(pair => pair.Said != pair.Case.Row.Output).Select(pair => pair.Case.Report(pair.Said, "ours"));
        if (string.Concat(wrong) is { Length: > 0 } report) Assert.Fail(report);
    }

    static string Say(RuleLines.Case one)
    {
        var problems = new ProblemList();
        var document = ConfigurationReader.ReadText(one.Configuration, "test.conf", new ReadOptions(), problems);
        var rules = RetryRules.Load(document.Retry, problems);
        if (problems.HasErrors) return RuleLines.Condensed("", ErrorFormat.Format(problems.All[0]), 1);
        using var log = new StringWriter { NewLine = "\n" };
        foreach (var warning in problems.All) log.WriteLine(warning.Message);
        var (text, good) = RetryListing.Of(one.Arguments, one.Sender is "<>" ? "" : one.Sender, rules, RuleLines.Context(document, log));
        return RuleLines.Condensed(text, log.ToString(), good ? 0 : 1);
    }
}
