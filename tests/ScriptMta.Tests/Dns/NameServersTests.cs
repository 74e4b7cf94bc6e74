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
}
