using ScriptMta.Dns;

namespace ScriptMta.Tests.Dns;

public class NameServersTests
{
    [Fact]
    public void Resolv_conf_is_read_as_its_manual_page_says()
    {
        var options = NameServers.FromResolvConf("""
            # comment
            search example.com
            nameserver 192.0.2.1
            nameserver junk
            nameserver 2001:db8::1
            options ndots:2 timeout:3 attempts:99
            """);
        Assert.Equal(["192.0.2.1:53", "[2001:db8::1]:53"], options.Servers.Select(s => s.ToString()));
        Assert.Equal((TimeSpan.FromSeconds(3), 5), (options.TryTimeout, options.Tries));
        Assert.Equal("127.0.0.1:53", NameServers.FromResolvConf("").Servers.Single().ToString());
    }

    [Fact]
    public void The_environment_comes_before_the_option()
    {
        Assert.True(NameServers.TryLoad("192.0.2.1", _ => "127.0.0.1:5300", out var options, out _));
        Assert.Equal("127.0.0.1:5300", options.Servers.Single().ToString());
        Assert.True(NameServers.TryLoad("192.0.2.1, [::1]:54", _ => null, out options, out _));
        Assert.Equal(["192.0.2.1:53", "[::1]:54"], options.Servers.Select(s => s.ToString()));
    }

    [Fact]
    public void A_server_that_is_no_address_is_named()
    {
        Assert.False(NameServers.TryLoad("ns.example.com", _ => null, out _, out var error));
        Assert.Equal("dns_servers: \"ns.example.com\" is not an address, address:port or [address]:port of a name server", error);
    }

    [Theory]
    [InlineData("", "127.0.0.1", true)]
    [InlineData("", "192.0.2.1", false)] // anybody on the way could have set the bit
    [InlineData("options edns0 trust-ad", "192.0.2.1", true)]
    public void The_AD_bit_is_believed_from_this_machine_and_where_resolv_conf_says_so(string resolvConf, string server, bool believed)
    {
        var options = NameServers.FromResolvConf(resolvConf);
        Assert.Equal(believed, options.Believes(new(System.Net.IPAddress.Parse(server), 53), Answer(authenticated: true, authoritative: false)));
        Assert.False((options with { Dnssec = false }).Believes(new(System.Net.IPAddress.Loopback, 53), Answer(authenticated: true, authoritative: true)));
    }

    [Theory]
    [InlineData("ours.test", true, true)]
    [InlineData("ours.test", false, false)]
    [InlineData("theirs.test", true, false)]
    public void With_dns_trust_aa_the_servers_of_some_zones_are_believed(string zone, bool authoritative, bool believed)
    {
        var options = NameServers.FromResolvConf("") with { TrustsAuthority = z => z == "ours.test" };
        var answer = Answer(authenticated: false, authoritative) with { Authority = [new NameRecord(zone, DnsType.NS, 300, "ns." + zone)], Answers = [new NameRecord("a." + zone, DnsType.CNAME, 300, "b." + zone)] };
        Assert.Equal(believed, options.Believes(new(System.Net.IPAddress.Parse("192.0.2.1"), 53), answer));
        Assert.False(options.Believes(new(System.Net.IPAddress.Parse("192.0.2.1"), 53), answer with { Answers = [] })); // then the SOA record counts
    }

    static DnsMessage Answer(bool authenticated, bool authoritative) =>
        new(1, true, false, authenticated, DnsResponseCode.NoError, "x.test", DnsType.A, [], []) { IsAuthoritative = authoritative };
}
