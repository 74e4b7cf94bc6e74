using ScriptMta.Dns;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>RFC 8461 3.1, 3.2, 4.1: the record, the policy, and the hosts that it lets mail go to.</summary>
public sealed class StsPolicyTests
{
    [Theory]
    [InlineData("v=STSv1; id=20160831085700Z;", "20160831085700Z")]
    [InlineData("v=STSv1;id=1", "1")]
    [InlineData("v=STSv1 ; ext=x; id = 1 ;", "1")]
    [InlineData("v=STSv1;", null)]
    [InlineData("v=STSv1; id=;", null)]
    [InlineData("v=STSv1; id=a b;", null)]
    [InlineData("v=STSv1; id=123456789012345678901234567890123;", null)]
    [InlineData("v=STSv1; id=1; id=2", null)]
    [InlineData("v=STSv2; id=1", null)]
    [InlineData("v=STSv11; id=1", null)]
    [InlineData("id=1; v=STSv1", null)]
    [InlineData("", null)]
    public void The_record_has_an_id_or_is_none(string text, string? id) => Assert.Equal(id, StsRecord.IdOf([Text(text), Text("v=spf1 -all")]));

    [Fact]
    public void Two_records_are_none() => Assert.Null(StsRecord.IdOf([Text("v=STSv1; id=1"), Text("v=STSv1; id=2")]));

    [Theory]
    [InlineData("version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n", "enforce mail.example.com *.example.net 604800")]
    [InlineData("version:STSv1\nmode:testing\nmx:MAIL.example.com.\nmax_age:1", "testing mail.example.com 1")]
    [InlineData("mode: none\nmax_age: 60\nversion: STSv1\n\n", "none 60")]
    [InlineData("version: STSv1\nmode: enforce\nmode: none\nmx: a.b\nmax_age: 5\nmax_age: 9\nwhatever: x:y\n", "enforce a.b 5")]
    public void A_policy_is_read(string text, string expected)
    {
        var policy = StsPolicy.Parse(text, "7", out var error);
        Assert.Equal("", error);
        Assert.Equal(expected, string.Join(' ', [policy!.Mode.ToString().ToLowerInvariant(), .. policy.Patterns, $"{policy.MaxAge.TotalSeconds}"]));
        Assert.Equal("7", policy.Id);
    }

    [Theory]
    [InlineData("", "version is not STSv1")]
    [InlineData("<html>", "a line is no \"name: value\"")]
    [InlineData("version: STSv2\nmode: none\nmax_age: 1", "version is not STSv1")]
    [InlineData("version: STSv1\nmode: maybe\nmax_age: 1", "mode is none of enforce, testing, none")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.b", "max_age is no number of seconds up to a year")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.b\nmax_age: -1", "max_age is no number of seconds up to a year")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.b\nmax_age: 99999999999999999999", "max_age is no number of seconds up to a year")]
    [InlineData("version: STSv1\nmode: enforce\nmax_age: 1", "no mx is named")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a..b\nmax_age: 1", "an mx is no host name, or there are too many")]
    [InlineData("version: STSv1\nmode: enforce\nmx: *\nmax_age: 1", "an mx is no host name, or there are too many")]
    [InlineData("version: STSv1\nmode: enforce\nmx: a.*.b\nmax_age: 1", "an mx is no host name, or there are too many")]
    public void What_is_no_policy_is_said(string text, string expected)
    {
        Assert.Null(StsPolicy.Parse(text, "7", out var error));
        Assert.Equal(expected, error);
    }

    [Fact]
    public void A_thousand_hosts_are_too_many()
    {
        Assert.Null(StsPolicy.Parse("version: STSv1\nmode: enforce\nmax_age: 1\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"mx: a{i}.b\n")), "7", out var error));
        Assert.Equal("an mx is no host name, or there are too many", error);
    }

    [Theory]
    [InlineData("mail.example.com", true)]
    [InlineData("MAIL.example.com.", true)]
    [InlineData("mx.mail.example.com", false)]
    [InlineData("a.example.net", true)]
    [InlineData("a.b.example.net", false)]
    [InlineData("example.net", false)]
    [InlineData(".example.net", false)]
    [InlineData("aexample.net", false)]
    public void A_star_stands_for_one_label(string host, bool allowed) =>
        Assert.Equal(allowed, StsPolicy.Parse("version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 1", "7", out _)!.Allows(host));

    static TextRecord Text(string text) => new("_mta-sts.example.com", DnsType.TXT, 300, [text]);
}
