using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Tests.Expansion.Regex;

public sealed class PatternTests
{
    [Fact]
    public void Groups_are_numbered_and_those_that_took_no_part_are_null()
    {
        var match = Compile("b(.)(x)?(d)").Match("abcd");
        Assert.True(match.IsYes);
        Assert.Equal((1, 4), (match.Start, match.End));
        Assert.Equal(["bcd", "c", null, "d"], match.Groups);
        Assert.Equal("", match.Group(2));
        Assert.Equal("", match.Group(9));
    }

    [Fact]
    public void Positions_are_bytes()
    {
        var match = Compile("^(..)b").Match("\u00c3\u00a9b");
        Assert.Equal("\u00c3\u00a9", match.Group(1));
    }

    [Theory]
    [InlineData("ABC", true, true)]
    [InlineData("ABC", false, false)]
    public void Case_counts_unless_caseless(string subject, bool caseless, bool matches) =>
        Assert.Equal(matches, Pattern.Compile("abc", caseless, out _)!.Match(subject).IsYes);

    [Fact]
    public void A_bad_pattern_is_described_as_Exim_does()
    {
        Assert.Null(Pattern.Compile("a(", false, out var error));
        Assert.Equal("regular expression error in \"a(\": missing closing parenthesis at offset 2", error);
    }

    [Fact]
    public void A_pattern_that_explodes_defers_instead_of_saying_no()
    {
        var match = Compile("^(a|a?)+$").Match(new string('a', 64) + "b");
        Assert.True(match.IsDefer);
        Assert.Contains("match limit", match.Reason);
    }

    [Fact]
    public void Deep_patterns_run_without_just_in_time_stack()
    {
        var subject = new string('a', 200_000);
        Assert.NotEqual(MatchKind.No, Compile("^(?:a|b)*$").Match(subject).Kind);
    }

    [Fact]
    public void A_repeated_search_steps_over_an_empty_match()
    {
        var pattern = Compile("b*");
        Assert.Equal((0, 0), Span(pattern.Match("abb", 0)));
        Assert.False(pattern.Match("abb", 0, afterEmpty: true).IsYes);
        Assert.Equal((1, 3), Span(pattern.Match("abb", 1)));
        static (int, int) Span(PatternMatch match) => (match.Start, match.End);
    }

    [Fact]
    public void A_search_from_a_position_still_sees_what_stands_before_it() =>
        Assert.False(Compile("^b").Match("ab", 1).IsYes);

    [Fact]
    public void Possessive_quantifiers_and_recursion_work_as_in_PCRE2()
    {
        Assert.True(Pattern.UsesPcre);
        Assert.True(Compile(@"^(\((?:[^()]++|(?1))*\))$").Match("(a(b)c)").IsYes);
    }

    [Fact]
    public void More_than_the_kept_groups_still_match()
    {
        var match = Compile(string.Concat(Enumerable.Repeat("(.)", 30))).Match(new string('x', 30));
        Assert.Equal(Pattern.MaxGroups, match.Groups.Count);
    }

    [Fact]
    public void The_stand_in_engine_gives_the_same_groups()
    {
        var engine = NetEngine.Compile("b(.)(x)?", false, out _)!;
        Assert.Equal(["bc", "c", null], engine.Match("abc", 0, false).Groups);
        Assert.Null(NetEngine.Compile("a(", false, out var reason));
        Assert.Contains("offset 2", reason);
    }

    static Pattern Compile(string text) => Pattern.Compile(text, false, out var error) ?? throw new InvalidOperationException(error);
}
