using System.Text.RegularExpressions;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

/// <summary>The same configuration and addresses given to Exim and to us: -bt and -bv must print the same and end with the same status.</summary>
public sealed class RoutingAgainstEximTests
{
    public static TheoryData<string> Names() => [.. RoutingCases.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Exim_tests_addresses_with_the_same_words(string name) =>
        Compare(name, "-bt", shown => (fixture, address) => fixture.BtPrinted(address, shown));

    [Theory]
    [MemberData(nameof(Names))]
    public void Exim_verifies_addresses_with_the_same_words(string name) =>
        Compare(name, "-bv", _ => (fixture, address) => fixture.BvPrinted(address));

    [Fact]
    public void There_are_at_least_40_addresses_in_8_configurations()
    {
        Assert.True(RoutingCases.All.Count >= 8);
        Assert.True(RoutingCases.All.Values.Sum(c => c.Addresses.Split(' ').Length) >= 40);
    }

    /// <summary>One run of Exim for all addresses of a configuration: starting it takes longer than its work.</summary>
    static void Compare(string name, string mode, Func<ISet<string>, Func<RoutingFixture, string, PrintedRoute>> printer)
    {
        using var fixture = RoutingCases.Fixture(name);
        var addresses = RoutingCases.All[name].Addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var exim = EximOracle.Run(fixture.Text, ["-f", "sender@example.org", mode, "--", .. addresses]);
        var print = printer(RoutePrinter.NewShown());
        var ours = addresses.Select(a => print(fixture, a)).ToList();
        RoutingFixture.Same($"{exim.Output}[{exim.ExitCode}]", $"{string.Concat(ours.Select(p => WithoutPlace(p.Text)))}[{ours.Max(p => p.ExitCode)}]");
    }

    /// <summary>We say in which file and line something is wrong; Exim does not.</summary>
    static string WithoutPlace(string text) => Regex.Replace(text, @" \(/\S+ line \d+\)$", "", RegexOptions.Multiline);
}
