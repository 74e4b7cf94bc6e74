using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptMta.Network;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>hosts_proxy (Exim 59.1), on real sockets: the header is read before anything else. Answers are those of Exim 4.96 but where a test says so.</summary>
public sealed class ProxyTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    static readonly byte[] Addresses = [192, 0, 2, 9, 198, 51, 100, 1, 0x04, 0xd2, 0, 25];

    const string Rules = """
        local_interfaces = 127.0.0.1
        daemon_smtp_ports = 0
        hosts_proxy = 127.0.0.1
        smtp_banner = ready
        acl_smtp_rcpt = accept
        acl_smtp_connect = accept logwrite = $proxy_session $proxy_external_address $proxy_external_port $proxy_local_address host $sender_host_address $sender_host_port at $interface_address

        """;

    static byte[] Version2(int command, int family, byte[] rest)
    {
        byte[] start = [.. ProxyHeaderParser.Signature, (byte)(0x20 | command), (byte)family, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(start.AsSpan(14), (ushort)rest.Length);
        return [.. start, .. rest];
    }

    /// <summary>Sends the pieces and then EHLO and QUIT; gives all that came back, and the log.</summary>
    static async Task<(string Said, string Log)> TalkAsync(string options, params byte[][] pieces)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Rules + options, TimeProvider.System, "proxy");
        await using var server = new SmtpServer(fixture.Spool, () => fixture.Rules, fixture.Ids, null);
        await server.StartAsync(CancellationToken.None);
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(server.Endpoints[0]);
        var (stream, reader) = (client.GetStream(), new StreamReader(client.GetStream(), Encoding.Latin1));
        foreach (var piece in pieces) await stream.WriteAsync(piece);
        var said = await reader.ReadLineAsync().WaitAsync(Patience);
        foreach (var command in (string[])["EHLO client.test\r\n", "QUIT\r\n"])
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command));
            string? line;
            do said += "\n" + (line = await reader.ReadLineAsync().WaitAsync(Patience)); while (line is { Length: > 3 } && line[3] == '-');
        }
        return (said!, fixture.Log());
    }

    static Task<(string Said, string Log)> TalkAsync(params byte[][] pieces) => TalkAsync("", pieces);

    public static TheoryData<string, byte[]> Relayed() => new()
    {
        { "192.0.2.9 1234", "PROXY TCP4 192.0.2.9 198.51.100.1 1234 25\r\n"u8.ToArray() },
        { "2001:db8::9 1234", "PROXY TCP6 2001:db8::9 198:51::1 1234 25\r\n"u8.ToArray() },
        { "192.0.2.9 1234", Version2(1, 0x11, Addresses) },
        { "192.0.2.9 1234", Version2(1, 0x11, [.. Addresses, 4, 0, 3, 1, 2, 3]) },
        { "2001:db8::9 1234", Version2(1, 0x21, [.. IPAddress.Parse("2001:db8::9").GetAddressBytes(), .. IPAddress.Parse("198:51::1").GetAddressBytes(), 0x04, 0xd2, 0, 25]) },
    };

    [Theory, MemberData(nameof(Relayed))]
    public async Task The_client_is_who_the_header_says(string client, byte[] header)
    {
        var (said, log) = await TalkAsync(header);
        Assert.Contains($"Hello client.test [{client.Split(' ')[0]}]", said, StringComparison.Ordinal);
        Assert.Matches($@"yes 198[.:]51\S* 25 127\.0\.0\.1 host {client} at 127\.0\.0\.1", log);
    }

    [Fact]
    public async Task Byte_by_byte_it_is_the_same()
    {
        var (said, _) = await TalkAsync([.. Version2(1, 0x11, Addresses).Select(b => new[] { b })]);
        Assert.Contains("Hello client.test [192.0.2.9]", said, StringComparison.Ordinal);
        (said, _) = await TalkAsync([.. "PROXY TCP4 192.0.2.9 198.51.100.1 1234 25\r\n"u8.ToArray().Select(b => new[] { b })]);
        Assert.Contains("Hello client.test [192.0.2.9]", said, StringComparison.Ordinal);
    }

    public static TheoryData<byte[]> Own() =>
        [Version2(0, 0, []), Version2(0, 0x11, Addresses), "PROXY UNKNOWN\r\n"u8.ToArray(), "PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"u8.ToArray()];

    [Theory, MemberData(nameof(Own))]
    public async Task A_proxy_that_speaks_for_itself_is_the_client(byte[] header)
    {
        var (said, log) = await TalkAsync(header);
        Assert.Contains("Hello client.test [127.0.0.1]", said, StringComparison.Ordinal);
        Assert.Contains(" yes  0  host 127.0.0.1 ", log, StringComparison.Ordinal);
    }

    public static TheoryData<string> Broken() =>
    [
        "NOOP\r\n", "PROXY TCP5 192.0.2.9 198.51.100.1 1234 25\r\n", "PROXY TCP4 192.0.2.999 198.51.100.1 1234 25\r\n", "PROXY TCP4 192.0.2.9 198.51.100.1 1234\r\n", "PROXY TCP4 192.0.2.9 198.51.100.1 1234 25 7\r\n",
        "PROXY TCP4  192.0.2.9 198.51.100.1 1234 25\r\n", "PROXY TCP4 192.0.2.9 198.51.100.1 12x4 25\r\n", "PROXY TCP4 1.2 198.51.100.1 1234 25\r\n", "PROXY \r\n", "\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0",
        "\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x04\x01\x02\x03\x04", "\r\n\r\n\0\r\nQUIT\n\x21\x31\0\0", "\r\n\r\n\0\r\nQUIT\n\x25\x11\0\0", "\r\n\r\n\0\r\nQUIT\n\x21\x11\x7f\xff",
        // Exim takes these two: a port of 17 bits, and an address that is not of the family.
        "PROXY TCP4 192.0.2.9 198.51.100.1 99999 25\r\n", "PROXY TCP6 192.0.2.9 198.51.100.1 1234 25\r\n",
    ];

    [Theory, MemberData(nameof(Broken))]
    public async Task Without_a_good_header_every_command_is_refused(string header)
    {
        var (said, log) = await TalkAsync("smtp_enforce_sync = false\n", Encoding.Latin1.GetBytes(header));
        Assert.StartsWith("220 ready\n", said, StringComparison.Ordinal);
        Assert.Contains("\n503 Command refused, required Proxy negotiation failed", said, StringComparison.Ordinal);
        Assert.DoesNotContain("250", said, StringComparison.Ordinal);
        Assert.Contains("PROXY header from [127.0.0.1] refused: ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_an_end_is_read_to_its_limit_only()
    {
        var (said, log) = await TalkAsync("smtp_enforce_sync = false\n", Encoding.ASCII.GetBytes("PROXY TCP4 " + new string('1', 5000) + "\r\n"));
        Assert.Contains("\n503 Command refused", said, StringComparison.Ordinal);
        Assert.DoesNotContain("250", said, StringComparison.Ordinal);
        Assert.Contains("its line is longer than 107 bytes", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_proxy_is_waited_for_only_so_long()
    {
        var (said, log) = await TalkAsync("proxy_protocol_timeout = 1s\n", "PROXY TCP4 192.0"u8.ToArray());
        Assert.Contains("\n503 Command refused", said, StringComparison.Ordinal);
        Assert.Contains("it did not come in time", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_header_is_no_command()
    {
        var header = "PROXY TCP4 192.0.2.9 198.51.100.1 1234 25\r\n"u8.ToArray();
        var (said, _) = await TalkAsync("smtp_enforce_sync = false\n", header, header);
        Assert.StartsWith("220 ready\n500 unrecognized command\n250-", said, StringComparison.Ordinal);
        Assert.Contains("Hello client.test [192.0.2.9]", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_follows_the_header_at_once_comes_too_early()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Rules, TimeProvider.System);
        await using var server = new SmtpServer(fixture.Spool, () => fixture.Rules, fixture.Ids, null);
        await server.StartAsync(CancellationToken.None);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Endpoints[0]);
        await client.GetStream().WriteAsync("PROXY TCP4 192.0.2.9 198.51.100.1 1234 25\r\nEHLO x\r\n"u8.ToArray());
        Assert.Equal("554 SMTP synchronization error", await new StreamReader(client.GetStream()).ReadLineAsync().WaitAsync(Patience));
    }

    [Fact]
    public async Task The_arrival_line_names_the_proxy()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Rules, TimeProvider.System, "proxy");
        await using var server = new SmtpServer(fixture.Spool, () => fixture.Rules, fixture.Ids, null);
        await server.StartAsync(CancellationToken.None);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Endpoints[0]);
        var (stream, reader) = (client.GetStream(), new StreamReader(client.GetStream()));
        await stream.WriteAsync("PROXY TCP4 192.0.2.9 198.51.100.1 1234 25\r\n"u8.ToArray());
        foreach (var command in (string[])["", "HELO c\r\n", "MAIL FROM:<a@b.test>\r\n", "RCPT TO:<c@d.test>\r\n", "DATA\r\n", "Subject: x\r\n\r\nx\r\n.\r\n"])
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command));
            Assert.Contains((await reader.ReadLineAsync().WaitAsync(Patience))![0], "23");
        }
        Assert.Contains(" P=smtp PRX=127.0.0.1 S=", fixture.Log(), StringComparison.Ordinal);

    }
}
