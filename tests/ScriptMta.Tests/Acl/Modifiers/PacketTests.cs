using System.Net;
using System.Net.Sockets;
using ScriptMta.Acl;
using ScriptMta.Network;
using ScriptMta.Tests.Reception;

namespace ScriptMta.Tests.Acl;

/// <summary>What goes onto the wire besides mail: udpsend, and the mark of control = dscp.</summary>
public sealed class PacketTests
{
    [Fact]
    public async Task Udpsend_sends_one_packet_with_the_rest_of_its_text()
    {
        using var receiver = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)receiver.Client.LocalEndPoint!).Port;
        await using var fixture = await ReceptionFixture.OfAsync($"acl_smtp_connect = c\nbegin acl\nc:\n  accept udpsend = <; 127.0.0.1 ; {port} ; from $sender_host_address; with it\n");
        await using var client = fixture.Connect();
        Assert.StartsWith("220", await client.ReadReplyAsync(), StringComparison.Ordinal);
        var packet = await receiver.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(" from 192.0.2.5; with it"u8.ToArray(), packet.Buffer);
    }

    [Theory]
    [InlineData("ef", 0xb8), InlineData("af41", 0x88), InlineData("throughput", 8), InlineData("0x2e", 0xb8), InlineData("63", 252), InlineData("0", 0)]
    [InlineData("64", null), InlineData("nosuch", null), InlineData("", null), InlineData("-1", null), InlineData("0x", null)]
    public void Dscp_values_are_names_or_numbers(string text, int? octet) => Assert.Equal(octet, DscpControl.Octet(text));

    [Theory]
    [InlineData("127.0.0.1", 0, 1), InlineData("::1", 41, 67)]
    public async Task Packets_of_a_connection_are_marked(string address, int level, int option)
    {
        using var listener = new TcpListener(IPAddress.Parse(address), 0);
        listener.Start();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        var socket = await listener.AcceptSocketAsync();
        await using var connection = new Connection(socket, TimeProvider.System);
        Assert.Null(connection.MarkPackets(0xb8));
        Span<byte> value = stackalloc byte[4];
        socket.GetRawSocketOption(level, option, value);
        Assert.Equal(0xb8, value[0]);
    }

    [Fact]
    public async Task A_value_that_is_unknown_is_logged_and_the_mail_goes_on()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_connect = c\nbegin acl\nc:\n  accept control = dscp/nosuch\n");
        await using var client = fixture.Connect();
        Assert.StartsWith("220", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Contains("unknown DSCP value \"nosuch\"", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_a_queue_is_kept_with_the_message()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_mail = m\nacl_smtp_rcpt = accept\nbegin acl\nm:\n  accept queue = slow\n");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        foreach (var line in (string[])["HELO x", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA", "."]) await client.SayAsync(line);
        Assert.Equal("slow", Assert.Single(await fixture.StoredAsync()).Message.Envelope.Facts["queue_name"]);
        Assert.Contains(" Q=slow", fixture.Log(), StringComparison.Ordinal);
    }
}
