namespace ScriptMta.Tests.Language;

public sealed class ConditionalTests
{
    static string Names(string text) => string.Join(' ', Conf.Of(text).ReadClean().Main.Settings.Select(s => s.Name));

    [Theory]
    [InlineData("X = 1\n.ifdef X\na\n.endif\nb", "a b")]
    [InlineData("X =\n.ifdef X\na\n.endif\nb", "a b")]
    [InlineData(".ifdef X\na\n.endif\nb", "b")]
    [InlineData(".ifndef X\na\n.endif\nb", "a b")]
    [InlineData("X = 1\n.ifdef Y X\na\n.endif", "a")]
    [InlineData("X = 1\n.ifdef X\na\n.else\nb\n.endif", "a")]
    [InlineData(".ifdef X\na\n.else\nb\n.endif", "b")]
    [InlineData("Y = 1\n.ifdef X\na\n.elifdef Y\nb\n.else\nc\n.endif", "b")]
    [InlineData(".ifdef X\na\n.elifdef Y\nb\n.else\nc\n.endif", "c")]
    [InlineData(".ifdef X\na\n.elifndef Y\nb\n.else\nc\n.endif", "b")]
    [InlineData("X = 1\n.ifdef X\na\n.elifndef Y\nb\n.else\nc\n.endif", "a")]
    [InlineData("X=1\n.ifdef Q\n.ifdef X\na\n.else\nb\n.endif\nc\n.else\nd\n.endif words that do not count\ne", "d e")]
    [InlineData("X=1\n.ifdef X\n.ifdef Q\na\n.else\nb\n.endif\nc\n.else\nd\n.endif", "b c")]
    [InlineData("  .ifdef\tX\na\n\t.else\nb\n  .endif", "b")]
    [InlineData(".ifdef Q\n.else\na\n.else\nb\n.endif", "a")]
    [InlineData("Q=1\n.ifdef Q\na\n.else\nb\n.else\nc\n.endif", "a")]
    [InlineData(".ifdef\na\n.endif\nb", "b")]
    [InlineData(".ifdef Q\n.include /missing\nX = \n.endif\nb", "b")]
    [InlineData(".ifdef _DRIVER_ROUTER_ACCEPT\na\n.endif", "a")]
    [InlineData(".ifdef _DRIVER_ROUTER_NONE\na\n.endif\nb", "b")]
    public void Lines_are_read_or_left_out(string text, string expected) => Assert.Equal(expected, Names(text));

    [Fact]
    public void A_continued_line_may_hold_conditionals() =>
        Assert.Equal("ayz", Conf.Value(Conf.Of("qualify_domain = a\\\n.ifdef X\nx\\\n.else\ny\\\n.endif\nz\n").ReadClean(), "qualify_domain"));

    [Theory]
    [InlineData(".endif", "1:1 .endif without matching .ifdef")]
    [InlineData("\n  .else", "2:3 .else without matching .ifdef")]
    [InlineData(".elifdef A", "1:1 .elifdef without matching .ifdef")]
    [InlineData(".elifndef A", "1:1 .elifndef without matching .ifdef")]
    [InlineData("\n.ifdef A\nx", "2:1 Unexpected end of configuration file: .endif missing")]
    [InlineData(".foo A", "1:1 option setting expected: .foo A")]
    [InlineData(".IFDEF A", "1:1 option setting expected: .IFDEF A")]
    [InlineData(".ifdefA", "1:1 option setting expected: .ifdefA")]
    public void Unbalanced_and_unknown_directives_are_reported(string text, string expected) => Assert.Equal([expected], Conf.Of(text).ReadProblems());

    [Fact]
    public void Each_open_conditional_is_reported_where_it_begins() => Assert.Equal(
        ["1:1 Unexpected end of configuration file: .endif missing", "3:1 Unexpected end of configuration file: .endif missing"],
        Conf.Of(".ifdef A\n\n.ifdef B\n").ReadProblems());

    [Fact]
    public void An_included_file_closes_its_own_conditionals()
    {
        Assert.Equal(["/etc/a:1:1 Unexpected end of configuration file: .endif missing"],
            Conf.Of(".include a\n").File("/etc/a", ".ifdef X\n").ReadProblems());
        Assert.Equal(["/etc/a:1:1 .endif without matching .ifdef"],
            Conf.Of(".ifndef X\n.include a\n.endif").File("/etc/a", ".endif\n").ReadProblems());
    }
}
