using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using ScriptMta.Mail;
using ScriptMta.Routing;

namespace ScriptMta.Tests.Routing;

public sealed class RedirectListGrammarTests
{
    static string[] Items(string text) => [.. RedirectListGrammar.Read(text).Select(i => $"{i.Line}:{i.Text}")];

    [Theory]
    [InlineData("a, b\nc", "1:a", "1:b", "2:c")]
    [InlineData("\"|x a, b\" , c", "1:\"|x a, b\"", "1:c")]
    [InlineData("a, # comment, x\n# more\n b", "1:a", "3:b")]
    [InlineData("a # no comment", "1:a # no comment")]
    [InlineData("A (x, y) <a@b>, <@c,@d:e@f>", "1:A (x, y) <a@b>", "1:<@c,@d:e@f>")]
    [InlineData("a, :fail: gone, away\nb", "1:a", "1::fail: gone, away", "2:b")]
    [InlineData("\"open, a", "1:\"open", "1:a")]
    [InlineData("(open, <a, b\\,c", "1:(open", "1:<a", "1:b\\,c")]
    [InlineData(",,\n , ")]
    [InlineData("\r\n a\r\nb\r\n", "2:a", "3:b")]
    public void Items_are_split_where_nothing_protects_them(string text, params string[] items) => Assert.Equal(items, Items(text));

    [Fact]
    public void Every_text_has_a_reading_and_nothing_comes_from_nowhere() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Elements("a", "@b.c", ",", "\n", "\"", "\\", "(", ")", "<", ">", "#", ":fail:", ":include:", " ", "|", "/", ";", "\u00e9").ArrayOf().ToArbitrary(),
        parts =>
        {
            var text = string.Concat(parts);
            return RedirectListGrammar.Read(text).All(i => text.Contains(i.Text, StringComparison.Ordinal)) && RedirectItems.Read(text, AddressRules.Default).ToList().Count >= 0;
        }));

    [Fact]
    public void A_plain_list_reads_as_the_grammar_reads_it()
    {
        var plain = "a@b.c, d\n e@f ,\n\n g";
        Assert.Equal(Items(plain), Items(plain + "\n#").ToArray());
    }

    [Theory]
    [InlineData("member@example.org\n")]
    [InlineData("\"Member, One\" <member@example.org>\n")]
    public void Twenty_thousand_members_are_read_in_a_moment(string line)
    {
        var list = string.Concat(Enumerable.Repeat(line, 20_000));
        var watch = Stopwatch.StartNew();
        Assert.Equal(20_000, RedirectListGrammar.Read(list).Count);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }
}
