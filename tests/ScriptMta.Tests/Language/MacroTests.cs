using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

/// <summary>Exim 4.96 gives each of these results for the same text.</summary>
public sealed class MacroTests
{
    static string? Domain(string text) => Conf.Value(Conf.Of(text).ReadClean(), "qualify_domain");

    [Theory]
    [InlineData("X = a\nqualify_domain = X", "a")]
    [InlineData("X=a\nqualify_domain=X", "a")]
    [InlineData("  X  =  a b  \nqualify_domain = X", "a b")]
    [InlineData("X = a\\\n   b\nqualify_domain = X", "ab")]
    [InlineData("X = \"x y\"\nqualify_domain = X", "x y")]
    [InlineData("ABCD = 3\nqualify_domain = ABCDEF", "3EF")]
    [InlineData("AB = 3\nqualify_domain = xABy_AB", "x3y_3")]
    [InlineData("AA = BB\nBB = c\nqualify_domain = AA", "c")]
    [InlineData("BB = c\nAA = BB\nqualify_domain = AA", "c")]
    [InlineData("XX = aXXb\nqualify_domain = XX", "aXXb")]
    [InlineData("X = a\nX == b\nqualify_domain = X", "b")]
    [InlineData("X = a\nX == Xb\nqualify_domain = X", "ab")]
    [InlineData("X = a\nqualify_domain = X\nX == b", "a")]
    [InlineData("AB = 3\nqualify_domain = a\\\n   AB = AB", "a3 = 3")]
    [InlineData("ABCD_XYZ = 1\nABCD = 2\nqualify_domain = ABCD_XYZ.ABCD", "1.2")]
    [InlineData("AA = # gone\nqualify_domain = b\nAA", "b")]
    [InlineData("AA =\nqualify_domain = b\nAA", "b")]
    [InlineData("AA =\nqualify_domain = b\\\nAA\\\nc", "bc")]
    [InlineData("DOM = qualify_domain =\nDOM z", "z")]
    public void Macros_are_replaced_as_text(string text, string expected) => Assert.Equal(expected, Domain(text));

    [Fact]
    public void An_empty_macro_alone_in_a_continuation_ends_the_line()
    {
        var document = Conf.Of("X =\nqualify_domain = a\\\nX\nqueue_only\n").ReadClean();
        Assert.Equal(["qualify_domain", "queue_only"], document.Main.Settings.Select(s => s.Name));
    }

    [Theory]
    [InlineData("X = a\nqualify_domain = X")]
    [InlineData("X = a\nX == b\nqualify_domain = X")]
    [InlineData("qualify_domain = X")]
    public void A_definition_on_the_command_line_wins(string text) =>
        Assert.Equal("zz", Conf.Value(Conf.Of(text).D("X", "zz").ReadClean(), "qualify_domain"));

    [Fact]
    public void Macros_from_the_command_line_are_not_compared_with_each_other() =>
        Assert.Equal("3B", Conf.Value(Conf.Of("qualify_domain = AB").D("A", "3").D("AB", "4").ReadClean(), "qualify_domain"));

    [Theory]
    [InlineData("AB = 1\nXABY = 2", "2:1 \"XABY\" cannot be defined as a macro because previously defined macro \"AB\" is a substring")]
    [InlineData("AB = 1\n  AB = 2", "2:3 macro \"AB\" is already defined (use \"==\" if you want to redefine it)")]
    [InlineData("AB == 2", "1:1 can't redefine an undefined macro \"AB\"")]
    [InlineData("AB = 1\nXABY == 2", "2:1 \"XABY\" cannot be defined as a macro because previously defined macro \"AB\" is a substring")]
    [InlineData("AB 2", "1:1 malformed macro definition")]
    [InlineData("A-B = 2", "1:1 malformed macro definition")]
    [InlineData("AB", "1:1 malformed macro definition")]
    [InlineData("Abc:", "1:1 malformed macro definition")]
    [InlineData("A = x\nZZ A = 3", "2:1 malformed macro definition")]
    [InlineData("A23456789012345678901234567890123456789012345678901234567890abcd = 1", "1:1 macro name too long (maximum is 63 characters)")]
    [InlineData("_A = 2", "1:1 option setting expected: _A = 2")]
    [InlineData("MY_DRIVER_ROUTER_ACCEPT = 2", "1:1 \"MY_DRIVER_ROUTER_ACCEPT\" cannot be defined as a macro because previously defined macro \"_DRIVER_ROUTER_ACCEPT\" is a substring")]
    public void Wrong_definitions_are_reported_in_Exims_words(string text, string expected) =>
        Assert.Equal([expected], Conf.Of(text).ReadProblems());

    [Fact]
    public void A_name_of_63_characters_is_not_too_long() =>
        Assert.Equal("ok", Domain($"{new string('A', 63)} = ok\nqualify_domain = {new string('A', 63)}"));

    [Fact]
    public void Wrong_definitions_on_the_command_line_are_reported()
    {
        Assert.Equal(["-D macro name set by -D must start with an upper case letter"], Conf.Of("").D("ab", "1").ReadProblems());
        Assert.Equal(["-D duplicated -D in command line: AB"], Conf.Of("").D("AB", "1").D("AB", "2").ReadProblems());
        Assert.Equal(["1:1 \"AC\" cannot be defined as a macro because previously defined macro \"A\" is a substring"], Conf.Of("AC = 3").D("A", "3").ReadProblems());
    }

    [Fact]
    public void Macros_that_double_each_other_end_in_an_error_and_not_in_memory()
    {
        var lines = Enumerable.Range(0, 40).Select(i => $"M{(char)('A' + i / 26)}{(char)('A' + i % 26)} = {Twice(i - 1)}");
        var problems = Conf.Of(string.Join('\n', lines)).ReadProblems();
        Assert.Contains(problems, p => p.Contains("makes this line longer than 1048576 characters", StringComparison.Ordinal));

        static string Twice(int i) => i < 0 ? "xx" : string.Concat(Enumerable.Repeat($"M{(char)('A' + i / 26)}{(char)('A' + i % 26)}", 2));
    }

    [Fact]
    public void The_document_holds_the_macros_that_were_defined()
    {
        var document = Conf.Of("X = a\nY = b\nX == c").D("Z", "d").ReadClean();
        Assert.Equal([("X", "c"), ("Y", "b"), ("Z", "d")], document.Macros.OrderBy(m => m.Key).Select(m => (m.Key, m.Value)));
    }

    [Fact]
    public void Built_in_macros_are_replaced_longest_first()
    {
        ProblemList problems = new();
        ReadOptions options = new() { BuiltInMacros = static () => new() { ["_HAVE_A"] = "1", ["_HAVE_A_B"] = "2" } };
        var document = ConfigurationReader.ReadText("qualify_domain = x_HAVE_A_HAVE_A_B_HAVE_AB_have", "f", options, problems);
        Assert.Equal("x121B_have", Conf.Value(document, "qualify_domain"));
    }
}
