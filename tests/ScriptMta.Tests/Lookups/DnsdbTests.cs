using ScriptMta.Expansion;
using ScriptMta.Lookups;
using ScriptMta.Tests.Dns;
using ScriptMta.Tests.Expansion;

namespace ScriptMta.Tests.Lookups;

/// <summary>dnsdb through our resolver and real packets of a name server on loopback.</summary>
public sealed class DnsdbTests : IDisposable
{
    const string Zone = """
        a.example A 192.0.2.1
        a.example A 192.0.2.2
        a.example AAAA 2001:db8::1
        b.example A 192.0.2.3
        alias.example CNAME b.example
        a.example MX 10 mx1.example
        a.example MX 20 mx2.example
        t.example TXT "one" "two"
        t.example TXT "three"
        t.example SPF "v=spf1 " "-all"
        192.0.2.1 PTR a.example
        2001:db8::1 PTR six.example
        host.example PTR named.example
        example NS ns.example
        example SOA ns.example root.example 1 2 3 4 4294967295
        s.example SRV 1 2 25 host.example
        _25._tcp.a.example TLSA 3 1 1 00ffab
        x.secure A 192.0.2.9
        y.secure TXT "signed"
        _client._smtp.good.csa.example SRV 1 2 0 good-host.example
        _client._smtp.bad.csa.example SRV 1 1 0 bad-host.example
        _client._smtp.zero.csa.example SRV 1 0 0 zero-host.example
        _client._smtp.maybe.csa.example SRV 1 3 0 maybe-host.example
        _client._smtp.odd.csa.example SRV 1 4 0 odd-host.example
        _client._smtp.old.csa.example SRV 2 2 0 old-host.example
        _client._smtp.strict.example SRV 1 1 1 strict-host.example
        _client._smtp.loose.example SRV 1 1 0 loose-host.example
        _client._smtp.top SRV 1 1 1 top-host.example
        _client._smtp.7.2.0.192.in-addr.arpa SRV 1 2 0 reverse-host.example
        _client._smtp.100.51.198.in-addr.arpa SRV 1 1 1 net-host.example
        _client._smtp.8.b.d.0.1.0.0.2.ip6.arpa SRV 1 1 1 six-host.example
        _client._smtp.2.0.0.2.ip6.arpa SRV 1 1 0 loose-six.example
        _client._smtp.mid.example SRV 1 1 0 mid-host.example
        _client._smtp.low.mid.example SRV 1 1 1 low-host.example
        _client._smtp.e.d.c.b.a.deep.example SRV 1 1 1 deep-host.example
        _client._smtp.d.c.b.a.deep.example SRV 1 1 1 deeper-host.example
        """;

    readonly ZoneServer _server = new(Zone);
    readonly ExpansionContext _context;

    public DnsdbTests() => _context = ExpansionFixture.Context(ExpansionFixture.Environment() with { Dns = _server.Resolver() });

    [Theory]
    [InlineData("a=a.example", "192.0.2.1\n192.0.2.2")]
    [InlineData(" A = a.example", "192.0.2.1\n192.0.2.2")]
    [InlineData("aaaa=a.example", "2001:db8::1")]
    [InlineData(">; a+=a.example", "2001:db8::1;192.0.2.1;192.0.2.2")]
    [InlineData("a+=b.example", "192.0.2.3")]
    [InlineData("a=alias.example", "192.0.2.3")]
    [InlineData("cname=alias.example", "b.example")]
    [InlineData("mx=a.example", "10 mx1.example\n20 mx2.example")]
    [InlineData(">;,: mx=a.example", "10:mx1.example;20:mx2.example")]
    [InlineData("mxh=a.example", "mx1.example\nmx2.example")]
    [InlineData("ns=example", "ns.example")]
    [InlineData("ns=a.example", null)]
    [InlineData("zns=x.y.a.example", "ns.example")]
    [InlineData("zns=x.nowhere", null)]
    [InlineData("ptr=192.0.2.1", "a.example")]
    [InlineData("ptr=2001:db8::1", "six.example")]
    [InlineData("ptr=host.example", "named.example")]
    [InlineData("ptr=<; 192.0.2.1 ; 2001:db8::1", "a.example\nsix.example")]
    [InlineData("ptr=192.0.2.1:192.0.2.200", "a.example")]
    [InlineData("soa=deep.below.example", "ns.example")]
    [InlineData(">:,; soa=example", "ns.example;root.example;1;2;3;4;4294967295")]
    [InlineData(">:; soa=example", "ns.example")]
    [InlineData("spf=t.example", "v=spf1 -all")]
    [InlineData(">\n,+ spf=t.example", "v=spf1 +-all")]
    [InlineData("srv=s.example", "1 2 25 host.example")]
    [InlineData(">:,/ srv=s.example", "1/2/25/host.example")]
    [InlineData("tlsa=_25._tcp.a.example", "3 1 1 00ffab")]
    [InlineData("t.example", "one\nthree")]
    [InlineData("txt=t.example", "one\nthree")]
    [InlineData(">\n,+ txt=t.example", "one+two\nthree")]
    [InlineData(">/; txt=t.example", "onetwo/three")]
    [InlineData("> a=a.example:b.example:none.example", "192.0.2.1 192.0.2.2 192.0.2.3")]
    [InlineData("a=none.example", null)]
    public void Records_are_given_as_text(string query, string? expected) => Assert.Equal(expected, Find(query));

    [Theory]
    [InlineData("a=wait.example:b.example", "192.0.2.3")]
    [InlineData("defer_lax,a=wait.example:b.example", "192.0.2.3")]
    [InlineData("DEFER_LAX,a=wait.example:b.example", "192.0.2.3")]
    [InlineData("defer_never,a=wait.example", null)]
    [InlineData("defer_never , dnssec_never , a=wait.example:b.example", "192.0.2.3")]
    [InlineData("dnssec_strict,a=x.secure", "192.0.2.9")]
    [InlineData("dnssec_lax,a=b.example", "192.0.2.3")]
    [InlineData("dnssec_strict,a=b.example:x.secure", "192.0.2.9")]
    [InlineData("dnssec_strict,defer_never,a=b.example", null)]
    [InlineData("dnssec_strict,a=b.example", "DEFER the answer for b.example is not authenticated (dnssec_strict)")]
    [InlineData("dnssec_strict,defer_strict,a=x.secure:b.example", "DEFER the answer for b.example is not authenticated (dnssec_strict)")]
    [InlineData("retry_2,retrans_1s,a=b.example", "192.0.2.3")]
    [InlineData("retry_-1,a=b.example", "DEFER unsupported dnsdb retry count")]
    [InlineData("retrans_0s,a=b.example", "DEFER unsupported dnsdb timeout value")]
    public void Modifiers_decide_what_a_failure_means(string query, string? expected) => Assert.Equal(expected, Find(query));

    [Theory]
    [InlineData("a=wait.example")]
    [InlineData("defer_strict,a=b.example:wait.example")]
    [InlineData("a+=wait.example")]
    [InlineData("csa=wait.example")]
    [InlineData("mx=wait.example")]
    public void A_server_failure_defers(string query) => Assert.Contains("ServerFailure", Find(query), StringComparison.Ordinal);

    [Theory]
    [InlineData("good.csa.example", "Y good-host.example")]
    [InlineData("bad.csa.example", "N bad-host.example")]
    [InlineData("zero.csa.example", "N zero-host.example")]
    [InlineData("maybe.csa.example", "? maybe-host.example")]
    [InlineData("odd.csa.example", null)]
    [InlineData("old.csa.example", null)]
    [InlineData("any.thing.strict.example", "X strict-host.example")]
    [InlineData("strict.example", "N strict-host.example")]
    [InlineData("any.loose.example", null)]
    [InlineData("below.top", null)]
    [InlineData("7.6.5.4.3.2.1.strict.example", "X strict-host.example")]
    [InlineData("192.0.2.7", "Y reverse-host.example")]
    [InlineData("192.0.2.8", null)]
    [InlineData("198.51.100.8", "X net-host.example")]
    [InlineData("<; 2001:db8::77", "X six-host.example")]
    [InlineData("<; 2002:db8::77", null)]
    [InlineData("x.low.mid.example", "X low-host.example")]
    [InlineData("x.mid.example", null)]
    [InlineData("f.e.d.c.b.a.deep.example", "X deeper-host.example")]
    public void Client_SMTP_authorization_looks_at_the_parents_too(string name, string? expected) => Assert.Equal(expected, Find("csa=" + name));

    [Fact]
    public void The_options_of_csa_bound_its_search()
    {
        var context = ExpansionFixture.Context(ExpansionFixture.Environment() with { Dns = _server.Resolver(), Lookups = LookupTypes.All(DatabaseOptions.None, new CsaSearch(0, UseReverse: false)) });
        Assert.Equal("", ExpansionFixture.Be("${lookup dnsdb{csa=any.thing.strict.example}}", context));
        Assert.Equal("", ExpansionFixture.Be("${lookup dnsdb{csa=192.0.2.7}}", context));
    }

    [Theory]
    [InlineData("a=x.secure", "yes")]
    [InlineData("a=b.example", "no")]
    [InlineData("a=none.example", "no")]
    [InlineData("dnssec_never,a=x.secure", "")]
    public void The_variable_says_whether_the_answer_was_authenticated(string query, string expected) =>
        Assert.Equal(expected, ExpansionFixture.Be("${if eq{${lookup dnsdb{" + query + "}}}{}{}{}}$lookup_dnssec_authenticated", _context));

    [Fact]
    public void What_the_DNS_says_is_tainted() =>
        Assert.Equal("Failed: Tainted filename for search: 'one\nthree'", ExpansionFixture.Be("${lookup{a}lsearch{${lookup dnsdb{t.example}}}}", _context));

    [Fact]
    public void A_patience_of_its_own_bounds_the_wait()
    {
        Assert.Contains("no reply in 1s", Find("retrans_1s,retry_1,a=silent.example"), StringComparison.Ordinal);
        Assert.Equal(1, _server.Queries);
    }

    string? Find(string query) => LookupSearch.Parse("dnsdb", _context.Environment.Lookups, out _)!.Find(Value.Empty, Value.Clean(query), _context).Result switch
    {
        LookupResult.Found found => found.Data.Text,
        LookupResult.Deferred deferred => "DEFER " + deferred.Reason,
        LookupResult.Failed failed => "FAIL " + failed.Reason,
        _ => null,
    };

    public void Dispose() => _server.Dispose();
}
