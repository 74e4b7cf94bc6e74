using System.Diagnostics;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Tests.Expansion.Lists;

namespace ScriptMta.Tests.Expansion;

/// <summary>What hostile or broken input gets: Exim's error text, soon, and nothing that crashes, hangs, or overflows a stack.</summary>
public sealed class BadInputTests : IDisposable
{
    // Each of these takes milliseconds; a busy machine is given far more.
    static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    readonly ListWorld _world = new();
    readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Dispose()
    {
        _world.Dispose();
        Assert.True(_clock.Elapsed < Soon, $"it took {_clock.Elapsed}");
    }

    [Theory]
    [InlineData("${lc:a")]
    [InlineData("${if eq{a}{b}{y}")]
    [InlineData("${if eq{a}{b")]
    [InlineData("${extract{1}{:}{a:b}")]
    [InlineData("a}b")]
    public void Unbalanced_braces_are_told_in_Exims_words(string text) => Assert.Equal(Oracle.Run(["-C", "/dev/null", "-be", text]).Output.TrimEnd('\n'), Be(text));

    [Theory]
    [InlineData("${lc:", "}")]
    [InlineData("${if eq{1}{1}{", "}}")]
    [InlineData("${sg{", "}{a}{b}}")]
    [InlineData("${reduce{}{", "}{b}}")]
    public void Ten_thousand_nested_braces_are_read_and_expanded(string open, string close)
    {
        const int levels = 10_000;
        Assert.Equal("x", Be(Repeated(open, levels) + "x" + Repeated(close, levels)));
        Assert.StartsWith("Failed: ", Be(Repeated(open, levels)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x", 1 << 20)]
    [InlineData("\\x41", 1 << 18)]
    [InlineData("$primary_hostname ", 58_000)]
    [InlineData("${lc:A}", 150_000)]
    [InlineData("\\N$\\N", 200_000)]
    public void A_template_of_a_megabyte_is_expanded(string piece, int times)
    {
        var result = Template.Parse(Repeated(piece, times), ExpansionFixture.At).Expand(_world.Context());
        Assert.True(result.IsOk, result.Error);
        Assert.True(result.Text.Length >= times);
    }

    [Theory]
    [InlineData("${sg{", "}{.}{y}}")]
    [InlineData("${map{<. ", "}{$item}}")]
    [InlineData("${reverse_ip:", "}")]
    [InlineData("${addresses:", "}")]
    [InlineData("${listextract{1}{", "}}")]
    [InlineData("${rfc2047:", "}")]
    [InlineData("${utf8clean:", "}")]
    [InlineData("${eval:", "}")]
    public void A_megabyte_of_text_in_an_item_ends_in_a_result(string open, string close)
    {
        var result = Be(open + Repeated("a:", 1 << 19) + close);
        Assert.True(result.Length < 1 << 24, $"{result.Length} bytes");
    }

    [Fact]
    public void A_lookup_in_a_FIFO_fails_and_does_not_wait()
    {
        var fifo = Path.Combine(_world.Folder, "fifo");
        using (var made = Process.Start("mkfifo", fifo)) made.WaitForExit();
        foreach (var type in new[] { "lsearch", "wildlsearch", "cdb", "iplsearch" })
            Assert.Contains("is not a regular file", Be($"${{lookup{{192.0.2.1}}{type}{{{fifo}}}}}"), StringComparison.Ordinal);
        Assert.Contains(fifo, Be($"${{if match_domain{{a}}{{{fifo}}}{{y}}{{n}}}}"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_file_that_is_a_directory_defers_and_names_it()
    {
        var match = RuleList.Domains(ListWorld.At(_world.Folder + "/d")).MatchDomain("a.b", _world.Context());
        Assert.True(match.Match.IsDefer);
        Assert.Contains(_world.Folder + "/d", match.Match.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pattern_that_backtracks_for_ever_is_given_up()
    {
        var subject = new string('a', 5000) + "b";
        Assert.StartsWith("Failed: ", Be($"${{if match{{{subject}}}{{\\N(a+)+(a+)+(a+)+\\Z\\N}}{{y}}{{n}}}}"), StringComparison.Ordinal);
        Assert.True(RuleList.Domains(ListWorld.At("\\N^(a+)+(a+)+(a+)+$\\N")).MatchDomain(subject, _world.Context()).Match.IsDefer);
    }

    [Fact]
    public void Named_lists_that_refer_to_one_another_defer_and_say_so()
    {
        var match = RuleList.Domains(ListWorld.At("+rec1")).MatchDomain("a.b", _world.Context()).Match;
        Assert.True(match.IsDefer);
        Assert.Contains("refers to itself", match.Reason, StringComparison.Ordinal);
    }

    /// <summary>A macro's text is replaced by macros that were defined before it only, so a cycle cannot grow without end: "A = B", "B = A" ends in a text.</summary>
    [Theory]
    [InlineData("A = A\nqualify_domain = A\n")]
    [InlineData("A = B\nB = A\nqualify_domain = A\n")]
    [InlineData("A = x\nA == A A\nA == A A\nqualify_domain = A\n")]
    [InlineData("AA = AB AB\nAB = AA AA\nqualify_domain = AA\n")]
    public void A_cyclic_macro_ends_in_a_value_or_an_error(string text)
    {
        var problems = new ProblemList();
        var document = ConfigurationReader.ReadText(text, "cyclic.conf", new(), problems);
        Assert.True(problems.HasErrors || document.Main.Settings.Any(setting => setting.Value is { Text.Length: < 1000 }));
    }

    string Be(string text) => ExpansionFixture.Be(text, _world.Context());

    static string Repeated(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
