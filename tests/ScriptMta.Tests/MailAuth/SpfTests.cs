using System.Net;
using ScriptMta.Dns;
using ScriptMta.MailAuth;
using ScriptMta.Tests.Dns;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.MailAuth;

/// <summary>RFC 7208 over a fake zone, a row a rule.</summary>
public sealed class SpfTests
{
    const string Zone = """
        none.example A 192.0.2.1
        other.example TXT "something else"
        other.example TXT "v=spf10 -all"
        two.example TXT "v=spf1 +all"
        two.example TXT "v=spf1 -all"
        all.example TXT "v=spf1 all"
        bare.example TXT "v=spf1"
        case.example TXT "V=SPF1 -ALL"
        minus.example TXT "v=spf1 -all"
        tilde.example TXT "v=spf1 ~all"
        query.example TXT "v=spf1 ?all"
        split.example TXT "v=spf1 ip4:192.0.2" ".1 -all"
        spaces.example TXT "v=spf1   ip4:192.0.2.1    -all  "
        ip4.example TXT "v=spf1 ip4:192.0.2.0/24 ip4:198.51.100.7 -all"
        ip6.example TXT "v=spf1 ip6:2001:db8::/32 -all"
        a.example TXT "v=spf1 a -all"
        a.example A 192.0.2.1
        a.example AAAA 2001:db8::1
        a24.example TXT "v=spf1 a/24//64 -all"
        a24.example A 192.0.2.200
        a24.example AAAA 2001:db8::99
        aother.example TXT "v=spf1 a:a.example/24 -all"
        mx.example TXT "v=spf1 mx -all"
        mx.example MX 10 host1.example
        mx.example MX 20 a.example
        host1.example A 192.0.2.10
        mxmask.example TXT "v=spf1 mx:mx.example/24 -all"
        nullmx.example TXT "v=spf1 mx ~all"
        nullmx.example MX 0 .
        ptr.example TXT "v=spf1 ptr -all"
        ptrto.example TXT "v=spf1 ptr:named.example -all"
        192.0.2.1 PTR mail.named.example
        192.0.2.1 PTR liar.ptr.example
        mail.named.example A 192.0.2.1
        liar.ptr.example A 192.0.2.99
        2001:db8::1 PTR six.ptr.example
        six.ptr.example AAAA 2001:db8::1
        exists.example TXT "v=spf1 exists:%{ir}.list.example -all"
        1.2.0.192.list.example A 127.0.0.2
        inc.example TXT "v=spf1 include:ip4.example ~all"
        incnone.example TXT "v=spf1 include:none.example -all"
        incperm.example TXT "v=spf1 include:two.example -all"
        incfail.example TXT "v=spf1 include:minus.example ~all"
        incwait.example TXT "v=spf1 include:wait.example -all"
        wait.example AGAIN TXT
        waita.example TXT "v=spf1 a -all"
        waita.example AGAIN A
        redirect.example TXT "v=spf1 ip4:203.0.113.1 redirect=ip4.example"
        redirectall.example TXT "v=spf1 redirect=ip4.example ~all"
        redirectnone.example TXT "v=spf1 redirect=none.example"
        redirectloop.example TXT "v=spf1 redirect=redirectloop.example"
        loop.example TXT "v=spf1 include:loop.example -all"
        explained.example TXT "v=spf1 -all exp=why.example"
        why.example TXT "%{i} is not one of %{d}'s hosts (%{c}, %{r})%_%%"
        explain2.example TXT "v=spf1 -all exp=twowhy.example"
        twowhy.example TXT "one"
        twowhy.example TXT "two"
        explainbad.example TXT "v=spf1 -all exp=badwhy.example"
        badwhy.example TXT "%{z}"
        explainredirect.example TXT "v=spf1 redirect=explained.example"
        explaininclude.example TXT "v=spf1 include:explained.example -all"
        unknownmod.example TXT "v=spf1 moo=cow+%{d} -all"
        ten.example TXT "v=spf1 a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example -all"
        eleven.example TXT "v=spf1 a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example a:a.example -all"
        twovoid.example TXT "v=spf1 a:no1.example a:no2.example ~all"
        threevoid.example TXT "v=spf1 a:no1.example a:no2.example a:no3.example ~all"
        manymx.example TXT "v=spf1 mx -all"
        macro.example TXT "v=spf1 exists:%{l}.%{o}.%{d2}.%{v}.m.example -all"
        ann.macro.example.macro.example.in-addr.m.example A 127.0.0.1
        longname.example TXT "v=spf1 exists:%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}%{d}.example -all"
        """;

    static readonly FakeDns Dns = new(Zone + string.Concat(Enumerable.Range(1, 11).Select(i => $"\nmanymx.example MX {i} host1.example")));

    [Theory]
    [InlineData("none.example", "192.0.2.1", "none")]
    [InlineData("nosuch.example", "192.0.2.1", "none")]
    [InlineData("other.example", "192.0.2.1", "none")]
    [InlineData("localhost", "192.0.2.1", "none")]
    [InlineData("a..example", "192.0.2.1", "none")]
    [InlineData("", "192.0.2.1", "none")]
    [InlineData("two.example", "192.0.2.1", "permerror")]
    [InlineData("wait.example", "192.0.2.1", "temperror")]
    [InlineData("all.example", "192.0.2.1", "pass")]
    [InlineData("bare.example", "192.0.2.1", "neutral")]
    [InlineData("case.example", "192.0.2.1", "fail")]
    [InlineData("minus.example", "192.0.2.1", "fail")]
    [InlineData("MINUS.example", "192.0.2.1", "fail")]
    [InlineData("tilde.example", "192.0.2.1", "softfail")]
    [InlineData("query.example", "192.0.2.1", "neutral")]
    [InlineData("split.example", "192.0.2.1", "pass")]
    [InlineData("spaces.example", "192.0.2.1", "pass")]
    [InlineData("ip4.example", "192.0.2.77", "pass")]
    [InlineData("ip4.example", "198.51.100.7", "pass")]
    [InlineData("ip4.example", "198.51.100.8", "fail")]
    [InlineData("ip4.example", "::ffff:192.0.2.77", "pass")]
    [InlineData("ip4.example", "2001:db8::1", "fail")]
    [InlineData("ip6.example", "2001:db8:1::1", "pass")]
    [InlineData("ip6.example", "192.0.2.1", "fail")]
    [InlineData("a.example", "192.0.2.1", "pass")]
    [InlineData("a.example", "192.0.2.2", "fail")]
    [InlineData("a.example", "2001:db8::1", "pass")]
    [InlineData("a24.example", "192.0.2.1", "pass")]
    [InlineData("a24.example", "192.0.3.1", "fail")]
    [InlineData("a24.example", "2001:db8::1234", "pass")]
    [InlineData("a24.example", "2001:db8:0:1::1", "fail")]
    [InlineData("aother.example", "192.0.2.222", "pass")]
    [InlineData("mx.example", "192.0.2.10", "pass")]
    [InlineData("mx.example", "192.0.2.1", "pass")]
    [InlineData("mx.example", "192.0.2.3", "fail")]
    [InlineData("mxmask.example", "192.0.2.3", "pass")]
    [InlineData("nullmx.example", "192.0.2.3", "softfail")]
    [InlineData("ptr.example", "192.0.2.1", "fail")]
    [InlineData("ptr.example", "2001:db8::1", "pass")]
    [InlineData("ptrto.example", "192.0.2.1", "pass")]
    [InlineData("ptrto.example", "192.0.2.2", "fail")]
    [InlineData("exists.example", "192.0.2.1", "pass")]
    [InlineData("exists.example", "192.0.2.2", "fail")]
    [InlineData("inc.example", "192.0.2.1", "pass")]
    [InlineData("inc.example", "203.0.113.9", "softfail")]
    [InlineData("incnone.example", "192.0.2.1", "permerror")]
    [InlineData("incperm.example", "192.0.2.1", "permerror")]
    [InlineData("incfail.example", "192.0.2.1", "softfail")]
    [InlineData("incwait.example", "192.0.2.1", "temperror")]
    [InlineData("waita.example", "192.0.2.1", "temperror")]
    [InlineData("redirect.example", "203.0.113.1", "pass")]
    [InlineData("redirect.example", "192.0.2.1", "pass")]
    [InlineData("redirect.example", "203.0.113.2", "fail")]
    [InlineData("redirectall.example", "203.0.113.2", "softfail")]
    [InlineData("redirectnone.example", "192.0.2.1", "permerror")]
    [InlineData("redirectloop.example", "192.0.2.1", "permerror")]
    [InlineData("loop.example", "192.0.2.1", "permerror")]
    [InlineData("unknownmod.example", "192.0.2.1", "fail")]
    [InlineData("ten.example", "203.0.113.1", "fail")]
    [InlineData("eleven.example", "203.0.113.1", "permerror")]
    [InlineData("twovoid.example", "192.0.2.1", "softfail")]
    [InlineData("threevoid.example", "192.0.2.1", "permerror")]
    [InlineData("manymx.example", "203.0.113.1", "permerror")]
    [InlineData("manymx.example", "192.0.2.10", "pass")]
    [InlineData("macro.example", "192.0.2.1", "pass")]
    [InlineData("longname.example", "192.0.2.1", "fail")]
    public void The_record_of_the_domain_decides(string domain, string client, string result) => Assert.Equal(result, Check(domain, client).Text);

    [Theory]
    [InlineData("foo")]
    [InlineData("-foo:bar.example")]
    [InlineData("all:x.example")]
    [InlineData("all/8")]
    [InlineData("include")]
    [InlineData("include:")]
    [InlineData("include:localhost")]
    [InlineData("exists")]
    [InlineData("exists:a.example/24")]
    [InlineData("ptr:")]
    [InlineData("a:")]
    [InlineData("a:1.2.3.4")]
    [InlineData("a:host.123")]
    [InlineData("a/33")]
    [InlineData("a/024")]
    [InlineData("a/")]
    [InlineData("a//129")]
    [InlineData("a/24//")]
    [InlineData("a///64")]
    [InlineData("a:x.-bad")]
    [InlineData("ip4")]
    [InlineData("ip4:")]
    [InlineData("ip4:1.2.3")]
    [InlineData("ip4:1.2.3.4/33")]
    [InlineData("ip4:1.2.3.4//24")]
    [InlineData("ip4:2001:db8::1")]
    [InlineData("ip6:1.2.3.4")]
    [InlineData("ip6:2001:db8::1/129")]
    [InlineData("ip6:2001:db8::g")]
    [InlineData("redirect=")]
    [InlineData("redirect=localhost")]
    [InlineData("redirect=a.example redirect=a.example")]
    [InlineData("exp=a.example exp=a.example")]
    [InlineData("exp=")]
    [InlineData("moo=%{x}")]
    [InlineData("moo=%")]
    [InlineData("exists:%{d0}.example")]
    [InlineData("exists:%{c}.example")]
    [InlineData("exists:%{}.example")]
    [InlineData("exists:%{d!}.example")]
    [InlineData("exists:%{d.example")]
    [InlineData("exists:%d.example")]
    [InlineData("+-all")]
    [InlineData("-")]
    [InlineData(":x.example")]
    [InlineData("=x")]
    [InlineData("a:\u00e9.example")]
    public void A_mistake_anywhere_is_a_permanent_error(string term)
    {
        var dns = new FakeDns($"wrong.example TXT \"v=spf1 ip4:192.0.2.1 {term} -all\"");
        Assert.Equal("permerror", Check("wrong.example", "192.0.2.1", dns).Text);
    }

    [Theory]
    [InlineData("explained.example", "192.0.2.1 is not one of explained.example's hosts (192.0.2.1, mx.here.example) %")]
    [InlineData("explainredirect.example", "192.0.2.1 is not one of explained.example's hosts (192.0.2.1, mx.here.example) %")]
    [InlineData("explaininclude.example", null)]
    [InlineData("explain2.example", null)]
    [InlineData("explainbad.example", null)]
    [InlineData("minus.example", null)]
    [InlineData("all.example", null)]
    public void A_fail_may_be_explained(string domain, string? explanation) => Assert.Equal(explanation, Check(domain, "192.0.2.1").Explanation);

    /// <summary>The examples of RFC 7208 7.4.</summary>
    [Theory]
    [InlineData("%{s}", "strong-bad@email.example.com")]
    [InlineData("%{o}", "email.example.com")]
    [InlineData("%{d}", "email.example.com")]
    [InlineData("%{d4}", "email.example.com")]
    [InlineData("%{d2}", "example.com")]
    [InlineData("%{d1}", "com")]
    [InlineData("%{dr}", "com.example.email")]
    [InlineData("%{d2r}", "example.email")]
    [InlineData("%{l}", "strong-bad")]
    [InlineData("%{l-}", "strong.bad")]
    [InlineData("%{lr}", "strong-bad")]
    [InlineData("%{lr-}", "bad.strong")]
    [InlineData("%{l1r-}", "strong")]
    [InlineData("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com")]
    [InlineData("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com")]
    [InlineData("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com")]
    [InlineData("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net")]
    [InlineData("%{L}%%%_%-", "strong-bad% %20")]
    [InlineData("%{D999999999999}", "email.example.com")]
    public void Macros_are_expanded_as_the_RFC_shows(string text, string expected) => Assert.Equal(expected, SpfMacro.Expand(text, Example));

    static string Example(char letter) => letter switch { 's' => "strong-bad@email.example.com", 'l' => "strong-bad", 'i' => "192.0.2.3", 'v' => "in-addr", _ => "email.example.com" };

    [Fact]
    public void An_IPv6_address_is_written_in_nibbles()
    {
        var dns = new FakeDns("v6.example TXT \"v=spf1 exists:%{ir}.%{v}.m.example -all\"");
        dns.Add("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.m.example A 127.0.0.1");
        Assert.Equal("pass", Check("v6.example", "2001:db8::1", dns).Text);
    }

    [Fact]
    public void The_macro_p_is_the_name_that_leads_back_or_unknown()
    {
        var dns = new FakeDns("p.example TXT \"v=spf1 exists:%{p}.m.example -all\"\n192.0.2.1 PTR host.example\nhost.example A 192.0.2.1\nhost.example.m.example A 127.0.0.1\nunknown.m.example A 127.0.0.1");
        Assert.Equal("pass", Check("p.example", "192.0.2.1", dns).Text);
        Assert.Equal("pass", Check("p.example", "192.0.2.2", dns).Text);
        Assert.Contains("unknown.m.example A", dns.Asked);
    }

    [Fact]
    public void A_sender_without_local_part_is_the_postmaster()
    {
        var dns = new FakeDns("pm.example TXT \"v=spf1 exists:%{l}.m.example -all\"\npostmaster.m.example A 127.0.0.1");
        Assert.Equal("pass", Check("pm.example", "192.0.2.1", dns, "@pm.example").Text);
    }

    [Fact]
    public void Ten_names_of_a_client_are_looked_at()
    {
        var dns = new FakeDns("many.example TXT \"v=spf1 ptr -all\"\nn11.many.example A 192.0.2.1" + string.Concat(Enumerable.Range(1, 11).Select(i => $"\n192.0.2.1 PTR n{i}.many.example")));
        Assert.Equal("fail", Check("many.example", "192.0.2.1", dns).Text);
        Assert.Equal(12, dns.Asked.Count);
    }

    [Fact]
    public void A_check_that_takes_too_long_ends_with_a_temporary_error()
    {
        var clock = new ManualClock();
        var dns = new FakeDns(Zone);
        DnsAnswer Slow(string name, DnsType type)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return dns.QueryAsync(name, type, CancellationToken.None).AsTask().Result;
        }
        var identity = new SpfIdentity(IPAddress.Parse("203.0.113.1"), "ann@ten.example", "");
        Assert.Equal("temperror", SpfChecker.Check(identity, Slow, "mx.here.example", clock).Text);
        Assert.InRange(dns.Asked.Count, 2, 6);
    }

    static SpfOutcome Check(string domain, string client, FakeDns? dns = null, string? sender = null)
    {
        var identity = new SpfIdentity(IPAddress.Parse(client), sender ?? "ann@" + domain, "helo.example");
        return SpfChecker.Check(identity, (name, type) => (dns ?? Dns).QueryAsync(name, type, CancellationToken.None).AsTask().Result, "mx.here.example", TimeProvider.System);
    }
}
