using System.Net.Sockets;
using System.Text;
using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>RFC 2033.</summary>
public sealed class LmtpTests
{
    const string Rules = """
        local_interfaces = 127.0.0.1
        daemon_smtp_ports = 0
        daemon_lmtp_ports = 0
        prdr_enable
        acl_smtp_rcpt = accept local_parts = a : b : c
        acl_smtp_data = data
        begin acl
        data:
          deny condition = ${if eq{$h_subject:}{deny}}
               message = not that one
          accept

        """;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Each_recipient_has_its_answer_after_the_message()
    {
        await using var fixture = await FixtureAsync();
        await using var server = await ServerAsync(fixture);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Endpoints[1]);
        using var replies = new StreamReader(client.GetStream(), Encoding.Latin1);
        Assert.Contains(" LMTP ScriptMta", await ReadAsync(replies), StringComparison.Ordinal);
        Assert.Equal("500 unrecognized command", await SayAsync(client, replies, "EHLO client.example"));
        Assert.Equal("500 unrecognized command", await SayAsync(client, replies, "HELO client.example"));
        Assert.Equal("503 LHLO required", await SayAsync(client, replies, "MAIL FROM:<s@b.example>"));
        var offered = await SayAsync(client, replies, "LHLO client.example");
        Assert.Contains("\n250-PIPELINING\n", offered, StringComparison.Ordinal);
        Assert.DoesNotContain("PRDR", offered, StringComparison.Ordinal);
        await SayAsync(client, replies, "MAIL FROM:<s@b.example>");
        Assert.Equal("250 2.1.5 Accepted", await SayAsync(client, replies, "RCPT TO:<a@y.example>"));
        Assert.StartsWith("550 ", await SayAsync(client, replies, "RCPT TO:<no@y.example>"), StringComparison.Ordinal);
        Assert.Equal("250 2.1.5 Accepted", await SayAsync(client, replies, "RCPT TO:<b@y.example>"));
        Assert.StartsWith("354 ", await SayAsync(client, replies, "DATA"), StringComparison.Ordinal);
        var first = await SayAsync(client, replies, "Subject: x\r\n\r\nhello\r\n.");
        Assert.StartsWith("250 2.0.0 OK id=", first, StringComparison.Ordinal);
        Assert.Equal(first, await ReadAsync(replies));
        Assert.Equal("250 2.0.0 OK", await SayAsync(client, replies, "NOOP"));
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal("lmtp", message.Envelope.Facts["received_protocol"]);
        Assert.Contains(" P=lmtp S=", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_of_the_message_is_told_for_each_recipient_too_and_so_with_chunks()
    {
        await using var fixture = await FixtureAsync();
        await using var server = await ServerAsync(fixture);
        using var client = new TcpClient();
        await client.ConnectAsync(server.Endpoints[1]);
        using var replies = new StreamReader(client.GetStream(), Encoding.Latin1);
        await ReadAsync(replies);
        await SayAsync(client, replies, "LHLO client.example");
        foreach (var (text, answer) in new[] { ("Subject: deny\r\n\r\n", "550 5.7.1 not that one"), ("Subject: x\n\nx\r\n", "552 5.6.0 Message header not CRLF terminated") })
        {
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes($"MAIL FROM:<s@b.example>\r\nRCPT TO:<a@y.example>\r\nRCPT TO:<b@y.example>\r\nRCPT TO:<c@y.example>\r\nBDAT {text.Length} LAST\r\n{text}"));
            string[] expected = ["250 2.1.0 OK", "250 2.1.5 Accepted", "250 2.1.5 Accepted", "250 2.1.5 Accepted", answer, answer, answer];
            foreach (var line in expected) Assert.Equal(line, await ReadAsync(replies));
        }
        Assert.Empty(fixture.Spool.Entries());
    }

    [Fact]
    public async Task LHLO_is_no_command_of_SMTP()
    {
        await using var fixture = await FixtureAsync();
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        Assert.Equal("500 unrecognized command", await client.SayAsync("LHLO client.example"));
    }

    static Task<ReceptionFixture> FixtureAsync() => ReceptionFixture.OfAsync(Rules);

    static async Task<SmtpServer> ServerAsync(ReceptionFixture fixture)
    {
        var server = new SmtpServer(fixture.Spool, () => fixture.Rules, fixture.Ids, null);
        await server.StartAsync(CancellationToken.None);
        return server;
    }

    static async Task<string> SayAsync(TcpClient client, StreamReader replies, string command)
    {
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(command + "\r\n"));
        return await ReadAsync(replies);
    }

    static async Task<string> ReadAsync(StreamReader replies)
    {
        var reply = new StringBuilder();
        while (await replies.ReadLineAsync().WaitAsync(Patience) is { } line)
        {
            reply.Append(reply.Length > 0 ? "\n" : "").Append(line);
            if (line.Length < 4 || line[3] != '-') break;
        }
        return reply.ToString();
    }
}
