using ScriptMta.Network;

namespace ScriptMta.Tests.Network;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:25 127.0.0.1:587")]
    [InlineData("127.0.0.1.2525", "127.0.0.1:2525")]
    [InlineData("[127.0.0.1]:2525", "127.0.0.1:2525")]
    [InlineData("[::1]:2525", "[::1]:2525")]
    [InlineData("[::1]", "[::1]:25 [::1]:587")]
    [InlineData("::1", "[::1]:25 [::1]:587")]
    [InlineData("::1.0", "[::1]:0")]
    public void Interfaces_are_read_as_Exim_writes_them(string item, string expected) =>
        Assert.Equal(expected, string.Join(' ', ListenAddress.Expand([item], ["smtp", "587"], out _)));

    [Theory]
    [InlineData("127.0.0")]
    [InlineData("127.0.0.1.99999")]
    [InlineData("[::1")]
    [InlineData("localhost")]
    [InlineData("")]
    public void What_is_no_address_is_named(string item)
    {
        Assert.Empty(ListenAddress.Expand([item], ["25"], out var error));
        Assert.Equal($"\"{item}\" in local_interfaces is not an IP address with an optional port", error);
    }

    [Fact]
    public void A_port_that_nobody_knows_is_named()
    {
        Assert.Empty(ListenAddress.Expand(["127.0.0.1"], ["smpt"], out var error));
        Assert.Equal("\"smpt\" in daemon_smtp_ports is neither a port number (0 to 65535) nor a known service name", error);
    }
}
