using System.Text;
using ScriptMta.Mail;
using ScriptMta.Spool;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Reception;

/// <summary>What stands in the spool after a message has come by SMTP, and what odd and hostile input gets.</summary>
public sealed class ReceivedMessageTests
{
    const string Open = "acl_smtp_rcpt = accept\n";

    static async Task<TestClient> AtDataAsync(ReceptionFixture fixture, string recipient = "x@y.example")
    {
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO a.b");
        await client.SayAsync("MAIL FROM:<a@b.example>");
        await client.SayAsync($"RCPT TO:<{recipient}>");
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        return client;
    }

    static async Task<(StoredMessage Message, string Body)> ReceiveAsync(string data, string configuration = Open)
    {
        await using var fixture = await ReceptionFixture.OfAsync(configuration);
        await using var client = await AtDataAsync(fixture);
        await client.SendAsync(data + ".\r\n");
        Assert.StartsWith("250 2.0.0 OK id=", await client.ReadReplyAsync(), StringComparison.Ordinal);
        return Assert.Single(await fixture.StoredAsync());
    }

    [Fact]
    public async Task A_message_gets_a_Received_line_in_Exims_shape_and_nothing_else()
    {
        var (message, body) = await ReceiveAsync("Subject: x\r\nX-Y: a\r\n\tb\r\n\r\n..\r\nend\r\n");
        var id = message.Envelope.Id.Text;
        Assert.Equal(
            $"Received: from [192.0.2.5] (helo=a.b)\n\tby mx.test.example with esmtp (ScriptMta 0.1.0)\n\t(envelope-from <a@b.example>)\n\tid {id}\n\tfor x@y.example;\n\t{MailDate.Format(new ManualClock().GetLocalNow())}\nSubject: x\nX-Y: a\n\tb\n",
            message.Headers.ToText());
        Assert.Equal(".\r\nend\r\n", body);
        Assert.Equal(new MailAddress("a", "b.example"), message.Envelope.Sender);
        Assert.Equal(("192.0.2.5", "a.b", "esmtp"), (message.Envelope.Facts["sender_host_address"], message.Envelope.Facts["sender_helo_name"], message.Envelope.Facts["received_protocol"]));
    }

    [Fact]
    public async Task A_message_without_a_header_section_is_all_body()
    {
        var (message, body) = await ReceiveAsync("just text\r\nmore\r\n");
        Assert.Single(message.Headers.Fields);
        Assert.Equal("just text\r\nmore\r\n", body);
    }

    [Fact]
    public async Task NUL_and_eight_bit_bytes_arrive_as_they_were_sent()
    {
        var (message, body) = await ReceiveAsync("Subject: \xe9\0x\r\n\r\n\0\xff\x80\r\n");
        Assert.Equal(" \xe9\0x", message.Headers.First("Subject")!.Body);
        Assert.Equal("\0\xff\x80\r\n", body);
        Assert.Equal("1", message.Envelope.Facts["body_zerocount"]);
    }

    [Fact]
    public async Task Marks_of_earlier_deliveries_are_removed()
    {
        var (message, _) = await ReceiveAsync("Return-path: <q@r.s>\r\nEnvelope-to: a@b.c\r\nDelivery-date: x\r\nFrom: x@y.z\r\n\r\n");
        Assert.Equal(["Received", "From"], message.Headers.Fields.Select(f => f.Name));
    }

    [Fact]
    public async Task Submission_mode_adds_what_is_missing()
    {
        var (message, _) = await ReceiveAsync("Subject: x\r\n\r\n", "acl_smtp_rcpt = accept control = submission\n");
        Assert.Equal(["Received", "Subject", "Message-Id", "From", "Date"], message.Headers.Fields.Select(f => f.Name));
        Assert.Equal(" a@b.example", message.Headers.First("From")!.Body);
        Assert.Equal($" <E{message.Envelope.Id}@mx.test.example>", message.Headers.First("Message-Id")!.Body);
    }

    [Fact]
    public async Task Rules_add_and_remove_header_lines_where_they_say()
    {
        const string rules = """
            acl_smtp_rcpt = rcpt
            acl_smtp_data = data
            begin acl
            rcpt:
              accept add_header = :at_start:X-First: 1\n:after_received:X-Second: 2\nX-Last: 3\nno header line
            data:
              accept condition = ${if eq{$h_x-last:}{3}}
                     remove_header = x-sec* : subject
                     add_header = X-Data: $recipients_count $message_size

            """;
        var (message, _) = await ReceiveAsync("Subject: x\r\n\r\n", rules);
        Assert.Equal(["X-First", "Received", "X-Last", "X-ACL-Warn", "X-Data"], message.Headers.Fields.Select(f => f.Name));
        Assert.Matches("^ 1 [0-9]+$", message.Headers.First("X-Data")!.Body);
    }

    [Fact]
    public async Task ACL_variables_go_with_the_message()
    {
        var (message, _) = await ReceiveAsync("\r\n", "acl_smtp_rcpt = check\nbegin acl\ncheck:\n  accept set acl_m_x = $sender_address\n");
        Assert.Equal("-a@b.example", message.Envelope.Facts["acl_m_x"]);
    }

    [Fact]
    public async Task A_header_section_of_ten_megabytes_is_refused_and_the_session_goes_on()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await AtDataAsync(fixture);
        var line = Encoding.ASCII.GetBytes("X-Y: " + new string('z', 995) + "\r\n");
        for (var i = 0; i < 10_000; i++) await client.SendAsync(line);
        await client.SendAsync(".\r\n");
        Assert.Equal("552 5.3.4 Message header is ridiculously long", await client.ReadReplyAsync());
        Assert.Equal("250 2.0.0 OK", await client.SayAsync("NOOP"));
        Assert.Empty(await fixture.StoredAsync());
    }

    [Fact]
    public async Task A_header_line_without_end_is_refused()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await AtDataAsync(fixture);
        var piece = Encoding.ASCII.GetBytes(new string('z', 65536));
        for (var i = 0; i < 40; i++) await client.SendAsync(piece);
        await client.SendAsync("\r\n.\r\n");
        Assert.Equal("552 5.3.4 Message header is ridiculously long", await client.ReadReplyAsync());
    }

    [Fact]
    public async Task A_command_line_of_half_a_megabyte_costs_no_memory_and_is_refused_once()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        var piece = Encoding.ASCII.GetBytes(new string('z', 65536));
        for (var i = 0; i < 8; i++) await client.SendAsync(piece);
        Assert.Equal("500 command line too long", await client.SayAsync(""));
        Assert.Equal("250 OK", await client.SayAsync("NOOP"));
    }

    [Fact]
    public async Task A_command_line_without_end_ends_the_connection()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        var piece = Encoding.ASCII.GetBytes(new string('z', 65536));
        var sent = 0;
        try
        {
            for (; sent < 1000; sent++) await client.SendAsync(piece);
        }
        catch (IOException)
        {
            // The server has hung up, as it should.
        }
        var replies = new List<string>();
        while (await client.ReadLineAsync() is { } line) replies.Add(line);
        Assert.StartsWith("500 command line too long", replies[0], StringComparison.Ordinal);
        Assert.Contains(replies, r => r.Contains("Too many syntax or protocol errors", StringComparison.Ordinal));
        Assert.InRange(replies.Count, 2, 6);
    }

    [Fact]
    public async Task A_hundred_thousand_recipients_end_at_the_limit()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "recipients_max = 100\n");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO a.b");
        await client.SayAsync("MAIL FROM:<>");
        var accepted = 0;
        for (var round = 0; round < 100; round++)
        {
            await client.SendAsync(string.Concat(Enumerable.Repeat("RCPT TO:<x@y.example>\r\n", 1000)));
            for (var i = 0; i < 1000; i++)
                if ((await client.ReadLineAsync())!.StartsWith("250", StringComparison.Ordinal)) accepted++;
        }
        Assert.Equal(100, accepted);
    }

    [Fact]
    public async Task A_large_message_arrives_whole()
    {
        var body = string.Concat(Enumerable.Range(0, 60_000).Select(i => $"line {i} of a message that is larger than what is kept in memory\r\n"));
        var (_, stored) = await ReceiveAsync("Subject: x\r\n\r\n" + body);
        Assert.Equal(body, stored);
    }

    [Fact]
    public async Task Too_many_Received_lines_are_a_loop()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "received_headers_max = 3\n");
        await using var client = await AtDataAsync(fixture);
        Assert.Equal("550 5.4.6 Too many \"Received\" headers - suspected mail loop", await client.SayAsync(string.Concat(Enumerable.Repeat("Received: x\r\n", 4)) + "\r\n."));
    }

    [Fact]
    public async Task A_client_that_goes_away_in_the_middle_leaves_nothing()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await AtDataAsync(fixture);
        await client.SendAsync("Subject: x\r\n\r\nhalf a mess");
        await client.HangUpAsync();
        Assert.Empty(await fixture.StoredAsync());
        Assert.Contains("SMTP connection from (a.b) [192.0.2.5] lost while reading message data", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_client_is_sent_away_after_the_time_that_the_option_says()
    {
        var clock = new ManualClock();
        await using var fixture = await ReceptionFixture.OfAsync(Open + "smtp_receive_timeout = 2m\n", clock);
        await using var client = fixture.Connect();
        using var table = new ScriptMta.Network.ConnectionTable(clock);
        table.Add(client.Connection);
        await client.ReadReplyAsync();
        var waiting = client.ReadReplyAsync();
        for (var seconds = 0; seconds < 119; seconds++) clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(waiting.IsCompleted);
        while (!waiting.IsCompleted) { clock.Advance(TimeSpan.FromSeconds(1)); await Task.Delay(1); }
        Assert.Equal("421 mx.test.example: SMTP command timeout - closing connection", await waiting);
        Assert.Contains("SMTP command timeout on connection from [192.0.2.5]", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_answered_250_that_the_spool_did_not_take()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await AtDataAsync(fixture);
        await fixture.Spool.DisposeAsync();
        await client.SendAsync("Subject: x\r\n\r\n.\r\n");
        Assert.StartsWith("451 4.3.0 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Contains("message not stored", fixture.Log(), StringComparison.Ordinal);
    }
}
