using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Tests.Expansion;

/// <summary>What the rows of cases/ cannot hold: items that look at the clock or the connection, and texts that make Exim crash.</summary>
public sealed class ExpansionItemTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 25, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_signed_address_names_the_day_a_week_ahead() => Assert.Equal("prvs=4789", At(Now, "${length_9:${prvs{a@b}{secret}{4}}}"));

    [Theory]
    [InlineData(0, "1")]
    [InlineData(7, "1")]
    [InlineData(8, "")]
    [InlineData(-1, "")]
    [InlineData(1000, "1")]
    public void A_signed_address_is_good_for_a_week(int daysLater, string result)
    {
        var signed = At(Now, "${prvs{a@b}{secret}}");
        Assert.Equal($"<{result}>", At(Now.AddDays(daysLater), $"${{prvscheck{{{signed}}}{{secret}}{{<$prvscheck_result>}}}}"));
    }

    [Theory]
    [InlineData(0, "yes a@b")]
    [InlineData(10, "yes a@b")]
    [InlineData(11, "no a@b")]
    [InlineData(-1, "no a@b")]
    [InlineData(1024, "yes a@b")]
    public void A_rewritten_sender_is_good_for_ten_days(int daysLater, string expected)
    {
        var local = At(Now, "${local_part:${srs_encode{secret}{a@b}{c.d}}}");
        Assert.Equal(expected, At(Now.AddDays(daysLater), $"${{if inbound_srs{{{local}}}{{secret}}{{yes}}{{no}}}} $srs_recipient"));
    }

    [Theory]
    [InlineData("md5", "80070713463e7749b90c2dc24911e275")]
    [InlineData("sha256", "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")]
    [InlineData("sha2_256", "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8")]
    [InlineData("sha3_256", "8c6e0683409427f8931711b10ca92a506eb1fafa48fadd66d76126f47ac2c333")]
    [InlineData("sha3", "8c6e0683409427f8931711b10ca92a506eb1fafa48fadd66d76126f47ac2c333")]
    public void Codes_of_all_digests_are_those_of_RFC_2104(string hash, string code) =>
        Assert.Equal(code, ExpansionFixture.Be($"${{hmac{{{hash}}}{{key}}{{The quick brown fox jumps over the lazy dog}}}}"));

    [Fact]
    public void A_key_longer_than_the_block_is_digested_first() =>
        Assert.Equal("1bc07a6ee9c4f8bbedf7fb4daa005e55c7029e892471931b8495344a", ExpansionFixture.Be($"${{hmac{{sha3_224}}{{{new string('k', 200)}}}{{x}}}}"));

    [Theory]
    [InlineData("${if forany_json{x}{eq{$item}{a}}{y}{n}}", "Failed: missing '[' wrapping array for extract json")]
    [InlineData("${if forall_json{[1}{eq{$item}{a}}{y}{n}}", "Failed: missing ']' wrapping array for extract json")]
    [InlineData("${if and{{forall_json{}{eq{$item}{1}}}}{y}{n}}", "Failed: missing '[' wrapping array for extract json inside \"and{...}\" condition")]
    [InlineData("<${imapfolder{/}}>", "<>")]
    [InlineData("${imapfolder{a.b.c/d.e}}", "Failed: imapfolder: illegal character '.'")]
    [InlineData("${nhash{}{}}", "Failed: nhash needs numbers greater than zero")]
    [InlineData("<${utf8_domain_from_alabel:}>", "<>")]
    public void What_crashes_Exim_has_an_answer(string template, string expected) => Assert.Equal(expected, ExpansionFixture.Be(template));

    [Fact]
    public void Authentication_results_name_what_has_been_checked()
    {
        var context = ExpansionFixture.Context();
        context.Connection.HostName = "peer.example";
        context.Connection.HostAddress = "192.0.2.7";
        context.Connection.Authenticator = "plain";
        context.Connection.AuthenticatedId = "ann";
        context.Message.Sender = new MailAddress("a", "s.example");
        foreach (var (name, value) in new[] { ("spf_result", "pass"), ("dkim_verify_status", "fail"), ("dkim_domain", "d.example"), ("dkim_selector", "sel"), ("dmarc_status", "accept"), ("dmarc_used_domain", "f.example") })
            context.Variables[name] = Value.Tainted(value);
        const string expected = """
            Authentication-Results: me;
            	iprev=pass (peer.example) smtp.remote-ip=192.0.2.7;
            	auth=pass (plain) smtp.auth=ann;
            	spf=pass smtp.mailfrom=s.example;
            	dkim=fail header.d=d.example header.s=sel;
            	dmarc=accept header.from=f.example
            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), ExpansionFixture.Be("${authresults{me}}", context));
    }

    /// <summary>As exim4 -bh printed it for the same conversation.</summary>
    [Fact]
    public void Authentication_results_of_a_bounce_name_the_HELO()
    {
        var context = ExpansionFixture.Context();
        (context.Connection.HostAddress, context.Connection.HostLookupFailed, context.Connection.HeloName) = ("127.0.0.1", true, "x");
        (context.Connection.Authenticator, context.Connection.AuthenticatedId, context.Message.AuthenticatedSender) = ("PLAIN", "ann", "sender@x");
        context.Variables["spf_result"] = Value.Clean("pass");
        Assert.Equal("Authentication-Results: me;\n\tiprev=fail smtp.remote-ip=127.0.0.1;\n\tauth=pass (PLAIN) smtp.auth=ann smtp.mailfrom=sender@x;\n\tspf=pass smtp.helo=x",
            ExpansionFixture.Be("${authresults{me}}", context));
    }

    /// <summary>Above the length that is sorted by inserting.</summary>
    [Fact]
    public void A_long_list_is_sorted_too()
    {
        var list = string.Join(':', Enumerable.Range(0, 5000).Reverse());
        Assert.Equal(string.Join(':', Enumerable.Range(0, 5000)), ExpansionFixture.Be($"${{sort{{{list}}}{{<}}{{$item}}}}"));
    }

    [Fact]
    public void A_megabyte_of_JSON_is_read_in_one_go()
    {
        var context = ExpansionFixture.Context();
        context.Message.AclVariables["0"] = Value.Tainted("[" + string.Join(',', Enumerable.Repeat("[[\"x\"]]", 125_000)) + ",\"end\"]");
        Assert.Equal("end", ExpansionFixture.Be("${extract jsons{125001}{$acl_m0}}", context));
    }

    static string At(DateTimeOffset now, string template) => ExpansionFixture.Be(template, ExpansionFixture.Context(ExpansionFixture.Environment(new FixedClock(now))));

    sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
