using System.Text;
using ScriptMta.Authentication;
using ScriptMta.Common;

namespace ScriptMta.Tests.Authentication;

public sealed class SaslPrepTests
{
    [Theory]
    [InlineData("I\u00adX", "IX")]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("a\u00a0b", "a b")]
    [InlineData("p\u00e4ss", "p\u00e4ss")]
    [InlineData("\u0627\u0644\u0641", "\u0627\u0644\u0641")]
    public void The_examples_of_RFC_4013_and_their_like(string text, string prepared) => Assert.Equal(Bytes(prepared), SaslPrep.Prepare(Bytes(text)));

    [Theory]
    [InlineData("\u0007")]
    [InlineData("\u0627\u0031")]
    [InlineData("a\u0627")]
    [InlineData("\ue000")]
    [InlineData("a\u200eb")]
    [InlineData("a\u0085")]
    public void What_nobody_can_see_is_not_let_in(string text) => Assert.Null(SaslPrep.Prepare(Bytes(text)));

    [Fact]
    public void Text_that_is_no_UTF_8_stays_as_it_is() => Assert.Equal("p\u00e4ss", SaslPrep.Prepare("p\u00e4ss"));

    static string Bytes(string text) => Latin1.Decode(Encoding.UTF8.GetBytes(text));
}
