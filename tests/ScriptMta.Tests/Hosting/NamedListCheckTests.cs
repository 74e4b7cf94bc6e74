using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Tests.Hosting;

public sealed class NamedListCheckTests
{
    [Theory]
    [InlineData("domainlist a = +b : x\ndomainlist b = y : !+c\ndomainlist c = +a", "error 1: the domain list \"+a\" refers to itself, by way of +b, +c, +a")]
    [InlineData("domainlist z = +a\ndomainlist a = +a", "error 2: the domain list \"+a\" refers to itself, by way of +a")]
    [InlineData("hostlist a = +ignore_unknown : +a", "error 1: the host list \"+a\" refers to itself, by way of +a")]
    [InlineData("domainlist a = x : +b", "warning 1: list \"a\": unknown named domain list \"+b\": whatever asks this item waits")]
    [InlineData("domainlist d = x\naddresslist a = +caseful : *@+d : *@+e", "warning 2: list \"a\": unknown named domain list \"+e\": whatever asks this item waits")]
    [InlineData("localpartlist a = +caseful : x\nhostlist h = +include_unknown : +ignore_defer : *.x", "")]
    [InlineData("domainlist a = +b : ${if eq{a}{b}{+c}}\ndomainlist b = ${lc:+a}", "")]
    [InlineData("domainlist a = +b : +c\ndomainlist b = +c\ndomainlist c = x", "")]
    public void Rings_are_errors_and_missing_lists_warnings(string text, string said)
    {
        var problems = new ProblemList();
        NamedListCheck.Run(ConfigurationReader.ReadText(text, "test.conf", new ReadOptions(), new ProblemList()), problems);
        Assert.Equal(said, string.Join('\n', problems.All.Select(p => $"{(p.IsWarning ? "warning" : "error")} {p.At.Line}: {p.Message}")));
    }

    [Fact]
    public void Many_lists_are_checked_quickly()
    {
        var text = string.Join('\n', Enumerable.Range(0, 2000).Select(i => $"domainlist l{i} = +l{i + 1}")) + "\ndomainlist l2000 = x";
        var problems = new ProblemList();
        NamedListCheck.Run(ConfigurationReader.ReadText(text, "test.conf", new ReadOptions(), new ProblemList()), problems);
        Assert.Empty(problems.All);
    }
}
