using ScriptMta.Lookups;
using ScriptMta.MailAuth;
using ScriptMta.Tests.Dns;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.MailAuth;

public sealed class SpfLookupTests
{
    [Theory]
    [InlineData("${lookup{ann@a.example}spf{192.0.2.1}}", "pass")]
    [InlineData("${lookup{ann@a.example}spf{192.0.2.2}}", "fail")]
    [InlineData("${lookup{a.example}spf{192.0.2.1}}", "pass")]
    [InlineData("${lookup{ann@a.example}spf{2001:db8::1}}", "fail")]
    [InlineData("${lookup{ann@nosuch.example}spf{192.0.2.1}}", "none")]
    [InlineData("${lookup{ann@a.example}spf,ret=key{192.0.2.1}}", "ann@a.example")]
    [InlineData("${lookup{}spf{192.0.2.1}{$value}{none given}}", "none given")]
    [InlineData("${lookup{ann@a.example}spf{junk}{$value}{no address}}", "no address")]
    [InlineData("${lookup spf{192.0.2.1}}", "Failed: missing {key} for single-key \"spf\" lookup")]
    [InlineData("${lookup{ann@a.example}spf{192.0.2.1}{$value}}$spf_result$spf_received$spf_header_comment", "pass")]
    public void The_lookup_gives_the_result_as_a_word(string template, string expected)
    {
        var environment = ExpansionFixture.Environment() with { Dns = new FakeDns("a.example TXT \"v=spf1 ip4:192.0.2.1 -all\""), Lookups = LookupTypes.All(new SpfLookup()) };
        Assert.Equal(expected, ExpansionFixture.Be(template, ExpansionFixture.Context(environment)));
    }
}
