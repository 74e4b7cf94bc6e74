namespace ScriptMta.Tests.Reception;

public sealed class ChunkingTests
{
    const string Open = "acl_smtp_rcpt = accept\n";

    [Fact]
    public async Task A_message_in_chunks_is_stored_whole_and_logged_as_such()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await GreetedAsync(fixture);
        await EnvelopeAsync(client);
        Assert.Equal("250 2.0.0 16 byte chunk received", await ChunkAsync(client, "Subject: x\r\n\r\nab\r"[..16]));
        Assert.Equal("250 2.0.0 5 byte chunk received", await ChunkAsync(client, "cd\r\n."));
        Assert.StartsWith("250-2.0.0  6 byte chunk, total 29\n250 2.0.0 OK id=", await ChunkAsync(client, "\r\n.\r\nQ", last: true), StringComparison.Ordinal);
        var (message, body) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal("abcd\r\n.\r\n.\r\nQ\r\n", body);
        Assert.Equal(" x", message.Headers.First("Subject")!.Body);
        Assert.Contains(" P=esmtp K S=", fixture.Log(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\n.\nMAIL FROM:<evil@b.example>\n")]
    [InlineData("\n.\r\nMAIL FROM:<evil@b.example>\r\n")]
    [InlineData("\r.\rMAIL FROM:<evil@b.example>\r")]
    [InlineData("\r\n.\r\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<x@y.example>\r\nBDAT 3 LAST\r\nabc")]
    [InlineData("\0\r\n.\0\r\n\r\n.\r")]
    public async Task Nothing_inside_a_chunk_is_taken_for_the_end_or_for_a_command(string smuggled)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await GreetedAsync(fixture);
        await EnvelopeAsync(client);
        var text = "Subject: x\r\n\r\n" + smuggled;
        await client.SendAsync($"BDAT {text.Length} LAST\r\n{text}RSET\r\nQUIT\r\n");
        Assert.Contains(" OK id=", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Equal("250 2.0.0 Reset OK", await client.ReadReplyAsync());
        Assert.StartsWith("221 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        var (_, body) = Assert.Single(await fixture.StoredAsync());
        Assert.DoesNotContain("\n\n", body, StringComparison.Ordinal);
        Assert.DoesNotMatch("[^\r]\n|\r[^\n]|\r\\z", body);
    }

    [Fact]
    public async Task A_pipelined_client_gets_the_answers_in_order()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await GreetedAsync(fixture);
        await client.SendAsync("MAIL FROM:<a@b.example>\r\nRCPT TO:<x@y.example>\r\nBDAT 14\r\nSubject: x\r\n\r\nBDAT 3\r\nabcBDAT 0 LAST\r\nMAIL FROM:<c@d.example>\r\nRCPT TO:<x@y.example>\r\nBDAT 3 LAST\r\nabcQUIT\r\n");
        var replies = new List<string>();
        while (await client.ReadLineAsync() is { } line) replies.Add(line.Split(" id=")[0]);
        Assert.Equal(["250 2.1.0 OK", "250 2.1.5 Accepted", "250 2.0.0 14 byte chunk received", "250 2.0.0 3 byte chunk received", "250-2.0.0  0 byte chunk, total 19", "250 2.0.0 OK",
            "250 2.1.0 OK", "250 2.1.5 Accepted", "250-2.0.0  3 byte chunk, total 6", "250 2.0.0 OK", "221 2.0.0 mx.test.example closing connection"], replies);
    }

    [Fact]
    public async Task A_chunk_without_a_recipient_is_read_and_refused()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await GreetedAsync(fixture);
        Assert.Equal("503 5.5.1 valid RCPT command must precede BDAT", await ChunkAsync(client, "RSET\r\nQUIT\r\n", last: true));
        await client.SayAsync("MAIL FROM:<a@b.example>");
        Assert.Equal("503 5.5.1 valid RCPT command must precede BDAT", await ChunkAsync(client, "RSET\r\nQUIT\r\n"));
        Assert.Equal("250 2.0.0 OK", await client.SayAsync("NOOP"));
        Assert.Empty(fixture.Spool.Entries());
    }

    [Fact]
    public async Task After_a_command_that_may_not_stand_there_even_the_chunks_are_read_and_refused_until_RSET()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "smtp_max_synprot_errors = 20\n");
        await using var client = await GreetedAsync(fixture);
        await EnvelopeAsync(client);
        await ChunkAsync(client, "Subject: x\r\n\r\n");
        Assert.Equal("503 5.5.1 only BDAT permissible after non-LAST BDAT", await client.SayAsync("MAIL FROM:<evil@b.example>"));
        Assert.Equal("503 5.5.1 only RSET accepted now", await ChunkAsync(client, "RSET\r\nMAIL FROM:<evil@b.example>\r\n", last: true));
        Assert.Equal("503 5.5.1 only RSET accepted now", await client.SayAsync("EHLO again.example"));
        Assert.Equal("250 2.0.0 Reset OK", await client.SayAsync("RSET"));
        Assert.Equal("503 5.5.1 valid RCPT command must precede BDAT", await ChunkAsync(client, "abc", last: true));
        await EnvelopeAsync(client);
        Assert.Contains("OK id=", await ChunkAsync(client, "abc", last: true), StringComparison.Ordinal);
        var (_, body) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal("abc\r\n", body);
    }

    [Theory]
    [InlineData("Subject: x\r\n\r\n0123456789", "552 5.3.4 Message size exceeds maximum permitted")]
    [InlineData("Subject: x\n\nabc", "552 5.6.0 Message header not CRLF terminated")]
    [InlineData("Subject: x\r\nTo: y\n\r\nabc", "552 5.6.0 Message header not CRLF terminated")]
    public async Task A_refusal_at_any_chunk_ends_the_transaction(string chunk, string reply)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "message_size_limit = 20\n");
        await using var client = await GreetedAsync(fixture);
        await EnvelopeAsync(client);
        Assert.Equal(reply, await ChunkAsync(client, chunk));
        Assert.Equal("503 5.5.1 valid RCPT command must precede BDAT", await ChunkAsync(client, "abc", last: true));
        await EnvelopeAsync(client);
        Assert.Contains("OK id=", await ChunkAsync(client, "\r\nabc", last: true), StringComparison.Ordinal);
        Assert.Equal("abc\r\n", Assert.Single(await fixture.StoredAsync()).Body);
    }

    [Fact]
    public async Task A_size_that_cannot_be_read_in_the_middle_of_a_message_ends_the_session()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await GreetedAsync(fixture);
        Assert.Equal("501 5.5.4 missing size for BDAT command", await client.SayAsync("BDAT -1 LAST"));
        Assert.Equal("501 5.5.4 missing size for BDAT command", await client.SayAsync("BDAT 99999999999999999999999 LAST"));
        await EnvelopeAsync(client);
        await ChunkAsync(client, "Subject: x\r\n\r\n");
        Assert.Equal("501 5.5.4 missing size for BDAT command", await client.SayAsync("BDAT x"));
        Assert.Equal("421 4.4.2 Lost incoming connection", await client.ReadReplyAsync());
        Assert.Null(await client.ReadLineAsync());
        Assert.Empty(fixture.Spool.Entries());
    }

    [Fact]
    public async Task What_a_lost_connection_leaves_of_a_message_is_thrown_away()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using (var client = await GreetedAsync(fixture))
        {
            await EnvelopeAsync(client);
            await ChunkAsync(client, "Subject: x\r\n\r\n" + new string('x', 3 << 20));
            await client.SendAsync("BDAT 100 LAST\r\nabc");
            await client.HangUpAsync();
        }
        Assert.Empty(fixture.Spool.Entries());
        Assert.DoesNotContain(Directory.GetFiles(fixture.Directory, "*", SearchOption.AllDirectories), f => new FileInfo(f).Length > 2 << 20);
        Assert.Contains("lost while reading message data", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunk_that_is_larger_than_memory_should_be_is_refused_without_keeping_it()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "message_size_limit = 100K\n");
        await using var client = await GreetedAsync(fixture);
        await EnvelopeAsync(client);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        const int Size = 64 << 20;
        var sending = Task.Run(async () =>
        {
            await client.SendAsync($"BDAT {Size} LAST\r\n");
            var block = new byte[1 << 16];
            for (var sent = 0; sent < Size; sent += block.Length) await client.SendAsync(block);
        });
        Assert.Equal("552 5.3.4 Message size exceeds maximum permitted", await client.ReadReplyAsync());
        await sending;
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 16 << 20);
    }

    [Fact]
    public async Task Where_chunking_is_not_offered_the_command_is_an_error()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "chunking_advertise_hosts = !192.0.2.5\n");
        await using var client = await GreetedAsync(fixture);
        await EnvelopeAsync(client);
        Assert.Equal("503 5.5.1 BDAT command used when CHUNKING not advertised", await client.SayAsync("BDAT 0 LAST"));
    }

    static async Task<TestClient> GreetedAsync(ReceptionFixture fixture)
    {
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        return client;
    }

    static async Task EnvelopeAsync(TestClient client)
    {
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.example>"));
        Assert.Equal("250 2.1.5 Accepted", await client.SayAsync("RCPT TO:<x@y.example>"));
    }

    static async Task<string> ChunkAsync(TestClient client, string text, bool last = false)
    {
        await client.SendAsync($"BDAT {text.Length}{(last ? " LAST" : "")}\r\n{text}");
        return await client.ReadReplyAsync();
    }
}
