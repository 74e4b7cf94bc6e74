using ScriptMta.Language;

namespace ScriptMta.Tests.Language;

/// <summary>Each result is Exim 4.96's for `-be '${reduce{LIST}{}{$value[$item]}}'`.</summary>
public sealed class ListSyntaxTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a:b", "[a][b]")]
    [InlineData("a : b :: c", "[a][b : c]")]
    [InlineData(":", "[]")]
    [InlineData(" : ", "[]")]
    [InlineData("a:", "[a]")]
    [InlineData("a: :", "[a][]")]
    [InlineData("a : : b", "[a][][b]")]
    [InlineData("a::b", "[a:b]")]
    [InlineData("a:::b", "[a:][b]")]
    [InlineData("a::::b", "[a::b]")]
    [InlineData("::a", "[:a]")]
    [InlineData(": :a", "[][][a]")]
    [InlineData(":::", "[:]")]
    [InlineData("::::", "[::]")]
    [InlineData(":: :", "[:]")]
    [InlineData("a : :", "[a][]")]
    [InlineData("a :: ", "[a :]")]
    [InlineData(" a b : c d ", "[a b][c d]")]
    [InlineData("127.0.0.1 : ::::1", "[127.0.0.1][::1]")]
    [InlineData("a:\tb", "[a][b]")]
    [InlineData("\n a \n : b", "[a][b]")]
    [InlineData("<; a;b ;; c", "[a][b ; c]")]
    [InlineData(" <; a;b", "[a][b]")]
    [InlineData("<;;a", "[][a]")]
    [InlineData("<;", "")]
    [InlineData("<; ", "")]
    [InlineData("<; ;", "[]")]
    [InlineData("<; a ; ; ", "[a][]")]
    [InlineData("<, a , ,", "[a][]")]
    [InlineData("<: a:b", "[a][b]")]
    [InlineData("<[ a [ b", "[a][b]")]
    [InlineData("<- a - b", "[a][b]")]
    [InlineData("<<a<b", "[a][b]")]
    [InlineData("< a", "[< a]")]
    [InlineData("<a b", "[<a b]")]
    [InlineData("< ; a;b", "[< ; a;b]")]
    [InlineData("<", "")]
    [InlineData("<\n a \n b\n\nc", "[a][b][][c]")]
    [InlineData("<\n\n", "[]")]
    [InlineData("<\n \n\n", "[][]")]
    [InlineData("<\x7f a\x7f b", "[a][b]")]
    public void A_list_is_split_as_Exim_splits_it(string text, string expected) =>
        Assert.Equal(expected, string.Concat(ListSyntax.Split(text).Select(i => $"[{i.Text}]")));

    [Fact]
    public void Items_know_their_offset() =>
        Assert.Equal([2, 7, 15], ListSyntax.Split("<;aa ; b;;b ;  c").Select(i => i.Offset));
}
