using System.Net;
using ScriptMta.Dns;

namespace ScriptMta.Tests.Dns;

public class FakeDnsTests
{
    [Fact]
    public async Task The_zone_table_answers_as_a_server_would()
    {
        var dns = new FakeDns("""
            example.com  MX    10 mx.example.com
            www.example.com CNAME web.example.net   # elsewhere
            web.example.net A  192.0.2.7
            192.0.2.7    PTR   web.example.net
            example.com  TXT   "v=spf1 " "-all"
            slow.test    AGAIN A
            """);
        Assert.Equal("mx.example.com", Assert.IsType<DnsAnswer.Found>(await Ask("example.com", DnsType.MX)).Of<MxRecord>().Single().Exchange);
        Assert.Equal("web.example.net", Assert.IsType<DnsAnswer.Found>(await Ask("WWW.example.com.", DnsType.A)).Name);
        Assert.Equal("v=spf1 -all", Assert.IsType<DnsAnswer.Found>(await Ask("example.com", DnsType.TXT)).Of<TextRecord>().Single().Joined);
        Assert.IsType<DnsAnswer.Found>(await Ask("7.2.0.192.in-addr.arpa", DnsType.PTR));
        Assert.IsType<DnsAnswer.NoData>(await Ask("example.com", DnsType.A));
        Assert.IsType<DnsAnswer.NoData>(await Ask("example.net", DnsType.A));
        Assert.IsType<DnsAnswer.NoSuchName>(await Ask("example.org", DnsType.A));
        Assert.IsType<DnsAnswer.Again>(await Ask("slow.test", DnsType.A));

        ValueTask<DnsAnswer> Ask(string name, DnsType type) => dns.QueryAsync(name, type, CancellationToken.None);
    }

    [Theory]
    [InlineData("192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("::ffff:192.0.2.1", "1.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::1", "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void Addresses_have_reverse_names(string address, string name) => Assert.Equal(name, ReverseName.Of(IPAddress.Parse(address)));
}
