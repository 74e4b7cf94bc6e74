namespace ScriptMta.Tests.Language;

public sealed class QuotedTextTests
{
    [Theory]
    [InlineData("\"abc\"", "abc")]
    [InlineData("\"  abc \"   ", "  abc ")]
    [InlineData("\"a\\tb\\nc\\rd\"", "a\tb\nc\rd")]
    [InlineData("\"\\x41\\x4a1\\x7g\"", "AJ1\ag")]
    [InlineData("\"\\101\\1018\\7z\"", "AA8\az")]
    [InlineData("\"\\q\\\"z\\\\\"", "q\"z\\")]
    [InlineData("\"\"", "")]
    [InlineData("ab\"c\"", "ab\"c\"")]
    [InlineData("'abc'", "'abc'")]
    [InlineData("\"abc\\\n    def\"", "abcdef")]
    [InlineData("a\\tb", "a\\tb")]
    public void A_value_is_unquoted_only_where_it_begins_with_a_quote(string written, string expected) =>
        Assert.Equal(expected, Conf.Value(Conf.Of($"qualify_domain = {written}").ReadClean(), "qualify_domain"));

    [Theory]
    [InlineData("qualify_domain = \"abc\" def", "1:24 extra characters follow string value for qualify_domain")]
    [InlineData("qualify_domain = \"abc", "1:18 missing quote at end of string value for qualify_domain")]
    [InlineData("qualify_domain = \"abc\\\"", "1:18 missing quote at end of string value for qualify_domain")]
    [InlineData("qualify_domain = \"a\\\nb\\\n c", "1:18 missing quote at end of string value for qualify_domain")]
    [InlineData("qualify_domain = \"a\\x\"", "1:18 a NUL character in the string value for qualify_domain")]
    public void Wrong_quotes_are_reported(string text, string expected) => Assert.Equal([expected], Conf.Of(text).ReadProblems());
}
