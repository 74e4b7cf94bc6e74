namespace ScriptMta.Tests.Reception;

public sealed class ExtensionTests
{
    const string Open = "acl_smtp_rcpt = accept\n";

    [Fact]
    public async Task What_the_client_asks_of_notifications_goes_with_the_message()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "dsn_advertise_hosts = *\n");
        await using var client = await GreetedAsync(fixture);
        await client.SayAsync("MAIL FROM:<a@b.example> ret=hdrs ENVID=QQ+2B314159");
        await client.SayAsync("RCPT TO:<x@y.example> NOTIFY=success,Failure ORCPT=rfc822;Bob@other.example");
        await client.SayAsync("RCPT TO:<z@y.example>");
        await DataAsync(client);
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal(("HDRS", "QQ+2B314159"), (message.Envelope.Facts["dsn_ret"], message.Envelope.Facts["dsn_envid"]));
        Assert.Equal([("SUCCESS,FAILURE", "rfc822;Bob@other.example"), (null, null)], message.Envelope.Recipients.Select(r => (r.Notify, r.OriginalRecipient)));
    }

    [Fact]
    public async Task JSON_lines_tell_of_the_extensions_that_a_message_used()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "dsn_advertise_hosts = *\n", logOptions: options => options with { IsJson = true });
        await using var client = await GreetedAsync(fixture);
        await client.SayAsync("MAIL FROM:<a@b.example> BODY=8BITMIME RET=FULL ENVID=QQ1");
        await client.SayAsync("RCPT TO:<x@y.example>");
        await client.SendAsync("BDAT 14 LAST\r\nSubject: x\r\n\r\n");
        await client.ReadReplyAsync();
        var line = fixture.Log().Split('\n').First(l => l.Contains("\"arrival\"", StringComparison.Ordinal));
        Assert.Contains("\"pipelining\":\"L-\",\"chunking\":true,\"body_type\":8,\"dsn_ret\":\"FULL\",\"dsn_envid\":\"QQ1\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SMTPUTF8_lets_UTF8_domains_in_for_one_message_and_marks_it()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept logwrite = \"u=\\$message_smtputf8 p=\\$received_protocol\"\n");
        await using var client = await GreetedAsync(fixture);
        Assert.Contains("domain missing or malformed", await client.SayAsync("MAIL FROM:<a@\u00c3\u00bc.example>"), StringComparison.Ordinal);
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<\u00c3\u00bc@\u00c3\u00bc.example> SMTPUTF8 BODY=8BITMIME"));
        await client.SayAsync("RCPT TO:<x@\u00c3\u00bc.example>");
        await DataAsync(client);
        Assert.Contains("domain missing or malformed", await client.SayAsync("MAIL FROM:<a@\u00c3\u00bc.example>"), StringComparison.Ordinal);
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal("yes", message.Envelope.Facts["message_smtputf8"]);
        Assert.Contains("with utf8esmtp", message.Headers.First("Received")!.Body, StringComparison.Ordinal);
        Assert.Contains("u=yes p=utf8esmtp", fixture.Log(), StringComparison.Ordinal);
        Assert.Contains(" P=utf8esmtp ", fixture.Log(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MAIL FROM:<\u00ff@b.example> SMTPUTF8")]
    [InlineData("MAIL FROM:<a@\u00ff.example> SMTPUTF8")]
    public async Task Bytes_that_are_no_UTF8_are_refused_in_an_address_of_a_message_with_SMTPUTF8(string command)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await GreetedAsync(fixture);
        Assert.EndsWith("invalid UTF-8 byte sequence", await client.SayAsync(command), StringComparison.Ordinal);
        await client.SayAsync("MAIL FROM:<a@b.example> SMTPUTF8");
        Assert.EndsWith("invalid UTF-8 byte sequence", await client.SayAsync(command.Replace("MAIL FROM", "RCPT TO", StringComparison.Ordinal).Replace(" SMTPUTF8", "", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_limits_that_are_set_are_told_to_the_hosts_that_may_know()
    {
        await using var fixture = await ReceptionFixture.OfAsync("limits_advertise_hosts = *\nrecipients_max = 7\nsmtp_accept_max_per_connection = 3\n");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        Assert.Contains("\n250-LIMITS MAILMAX=3 RCPTMAX=7\n", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_may_talks_before_the_banner_and_gets_all_answers_in_order()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "pipelining_connect_advertise_hosts = 192.0.2.5\n", logSelectors: "pipelining");
        await using var client = TestClient.Start(fixture, new(System.Net.IPAddress.Parse("192.0.2.5"), 4711), early: "EHLO c.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\n");
        Assert.StartsWith("220 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Contains("\n250-PIPECONNECT\n", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal("250 2.1.0 OK", await client.ReadReplyAsync());
        Assert.Equal("250 2.1.5 Accepted", await client.ReadReplyAsync());
        Assert.StartsWith("354 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Contains(" OK id=", await client.SayAsync("Subject: x\r\n\r\n."), StringComparison.Ordinal);
        Assert.Contains(" P=esmtp L* S=", fixture.Log(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.6", "EHLO c.example\r\nMAIL FROM:<a@b.example>\r\n")] // not told that it may
    [InlineData("192.0.2.5", "HELO c.example\r\nMAIL FROM:<a@b.example>\r\n")] // HELO has no pipelining
    public async Task Others_who_talk_too_early_are_refused(string host, string early)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "pipelining_connect_advertise_hosts = 192.0.2.5\n");
        await using var client = TestClient.Start(fixture, new(System.Net.IPAddress.Parse(host), 4711), early: early);
        var replies = new List<string>();
        while (await client.ReadLineAsync() is { } line) replies.Add(line);
        Assert.Equal("554 SMTP synchronization error", replies[^1]);
    }

    [Fact]
    public async Task REQUIRETLS_is_offered_under_TLS_alone_and_goes_with_the_message()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "requiretls_advertise_hosts = 192.0.2.5\ntls_advertise_hosts =\n");
        await using (var plain = await GreetedAsync(fixture))
            Assert.Contains("malformed address: REQUIRETLS may not follow", await plain.SayAsync("MAIL FROM:<a@b.example> REQUIRETLS"), StringComparison.Ordinal);
        await using var client = TestClient.Start(fixture, new(System.Net.IPAddress.Parse("192.0.2.5"), 4711), session => session.Context.Connection.TlsCipher = "TLS1.3:AES_256_GCM:256");
        await client.ReadReplyAsync();
        Assert.Contains("\n250-REQUIRETLS\n", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.example> REQUIRETLS"));
        await client.SayAsync("RCPT TO:<x@y.example>");
        await DataAsync(client);
        await client.SayAsync("MAIL FROM:<a@b.example>");
        await client.SayAsync("RCPT TO:<x@y.example>");
        await DataAsync(client);
        Assert.Equal(["yes", null], (await fixture.StoredAsync()).Select(m => m.Message.Envelope.Facts.GetValueOrDefault("requiretls")));
    }

    [Fact]
    public async Task With_PRDR_only_those_who_were_accepted_get_the_message()
    {
        await using var fixture = await ReceptionFixture.OfAsync("prdr_enable\nacl_smtp_rcpt = accept\nacl_smtp_data_prdr = accept local_parts = good\n");
        await using var client = await GreetedAsync(fixture);
        Assert.Equal("250 2.1.0 OK, PRDR Requested", await client.SayAsync("MAIL FROM:<a@b.example> PRDR"));
        await client.SayAsync("RCPT TO:<good@y.example>");
        await client.SayAsync("RCPT TO:<bad@y.example>");
        await client.SayAsync("DATA");
        Assert.Equal("353 PRDR content analysis beginning", await client.SayAsync("Subject: x\r\n\r\n."));
        Assert.Equal("250 2.0.0 PRDR R=<good@y.example> acceptance", await client.ReadReplyAsync());
        Assert.Equal("550 5.7.1 PRDR R=<bad@y.example> refusal", await client.ReadReplyAsync());
        Assert.EndsWith(" message accepted for some recipients", await client.ReadReplyAsync(), StringComparison.Ordinal);
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal("good@y.example", Assert.Single(message.Envelope.Recipients).Address.ToString());
    }

    [Fact]
    public async Task ETRN_starts_its_command_once_at_a_time_and_nothing_that_the_client_wrote()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_etrn = accept\nsmtp_etrn_command = /bin/sh -c \"touch DIR/ran; read x <DIR/wait; touch DIR/ended\"\n", prepare: f => Fifo(Path.Combine(f.Directory, "wait")));
        await using var client = await GreetedAsync(fixture);
        Assert.Equal("250 2.0.0 OK", await client.SayAsync("ETRN one"));
        Assert.Equal("458 4.3.2 Already processing one", await client.SayAsync("ETRN one"));
        await File.WriteAllTextAsync(Path.Combine(fixture.Directory, "wait"), "\n");
        for (var i = 0; !File.Exists(Path.Combine(fixture.Directory, "ended")); i++) { Assert.True(i < 1000); await Task.Delay(10); }
        await using var other = await ReceptionFixture.OfAsync("acl_smtp_etrn = accept\nsmtp_etrn_command = /bin/touch DIR/$domain\n");
        await using var stranger = await GreetedAsync(other);
        Assert.Equal("458 4.3.0 Internal failure", await stranger.SayAsync("ETRN x"));
        Assert.Contains("Tainted arg 1 for ETRN processing command", other.Log(), StringComparison.Ordinal);
    }

    static void Fifo(string path) => Assert.Equal(0, System.Diagnostics.Process.Start("mkfifo", [path]).WaitForExitStatus());

    static async Task<TestClient> GreetedAsync(ReceptionFixture fixture)
    {
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        return client;
    }

    static async Task DataAsync(TestClient client)
    {
        await client.SayAsync("DATA");
        Assert.Contains(" OK id=", await client.SayAsync("Subject: x\r\n\r\n."), StringComparison.Ordinal);
    }
}

file static class Processes
{
    public static int WaitForExitStatus(this System.Diagnostics.Process process)
    {
        using (process)
        {
            process.WaitForExit();
            return process.ExitCode;
        }
    }
}
