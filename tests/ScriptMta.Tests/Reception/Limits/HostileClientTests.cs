using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Reception;

/// <summary>Memory is measured: nobody else's may be counted.</summary>
[CollectionDefinition(nameof(HostileClientTests), DisableParallelization = true)]
public sealed class HostileClientsAlone;

/// <summary>The row "peers" of shared/security.md: what a client can do to hurt has a limit, and the limit holds with bounded memory. (PROXY twice and what follows QUIT are in the dialogues.)</summary>
[Collection(nameof(HostileClientTests))]
public sealed class HostileClientTests
{
    /// <summary>Far more than the limits let a session keep, far less than what is sent.</summary>
    const long MostKept = 48L << 20;

    static async Task<(ReceptionFixture, TestClient)> GreetedAsync(string configuration)
    {
        var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n" + configuration);
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO a.b");
        return (fixture, client);
    }

    static async Task SendAsync(TestClient client, string piece, int times)
    {
        var bytes = ScriptMta.Common.Latin1.Encode(piece);
        for (var i = 0; i < times && !client.Session.IsCompleted; i++) await client.SendAsync(bytes);
    }

    [Fact]
    public async Task A_line_that_never_ends_is_not_kept_and_ends_the_session()
    {
        var (fixture, client) = await GreetedAsync("");
        await using var _ = fixture;
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var sending = SendAsync(client, new string('a', 1 << 16), 1600); // 100 MiB
        while (await client.ReadLineAsync() is { } line) Assert.StartsWith("500", line.Length > 3 && line[3] == '-' ? "500" : line, StringComparison.Ordinal);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < MostKept);
        await client.Session.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains("dropped: too many syntax or protocol errors", fixture.Log(), StringComparison.Ordinal);
        Assert.False(sending.IsFaulted);
    }

    [Fact]
    public async Task A_header_section_of_a_hundred_megabytes_is_refused_without_being_kept()
    {
        var (fixture, client) = await GreetedAsync("message_size_limit = 0\n");
        await using var _ = fixture;
        await using var __ = client;
        await client.SayAsync("MAIL FROM:<a@b.c>");
        await client.SayAsync("RCPT TO:<x@y.z>");
        await client.SayAsync("DATA");
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await SendAsync(client, string.Concat(Enumerable.Repeat($"X-Filler: {new string('x', 500)}\r\n", 200)), 1000);
        Assert.True(GC.GetTotalMemory(forceFullCollection: true) - before < MostKept);
        Assert.Equal("552 5.3.4 Message header is ridiculously long", await client.SayAsync("\r\nbody\r\n."));
        Assert.Equal("250 2.0.0 OK", await client.SayAsync("NOOP"));
        Assert.Empty(fixture.Spool.Entries());
    }

    [Fact]
    public async Task A_field_of_a_hundred_megabytes_is_no_better()
    {
        var (fixture, client) = await GreetedAsync("message_size_limit = 0\n");
        await using var _ = fixture;
        await using var __ = client;
        await client.SayAsync("MAIL FROM:<a@b.c>");
        await client.SayAsync("RCPT TO:<x@y.z>");
        await client.SayAsync("DATA");
        await client.SendAsync("Subject: ");
        await SendAsync(client, new string('x', 1 << 16), 1600);
        Assert.Equal("552 5.3.4 Message header is ridiculously long", await client.SayAsync("\r\n\r\nbody\r\n."));
    }

    [Fact]
    public async Task More_recipients_than_anybody_has_are_for_another_message()
    {
        var (fixture, client) = await GreetedAsync("recipients_max = 1000\nacl_smtp_data = deny message = $recipients_count of $rcpt_count\n");
        await using var _ = fixture;
        await using var __ = client;
        await client.SayAsync("MAIL FROM:<a@b.c>");
        // Pipelined; a million of them behaves as these do.
        var commands = string.Concat(Enumerable.Repeat("RCPT TO:<x@y.z>\r\n", 1000));
        for (var round = 0; round < 20; round++)
        {
            await client.SendAsync(commands);
            for (var i = 0; i < 1000; i++) Assert.Equal(round == 0 ? "250 2.1.5 Accepted" : "452 4.5.3 too many recipients", await client.ReadLineAsync());
        }
        await client.SayAsync("DATA");
        Assert.Equal("550 5.7.1 1000 of 20000", await client.SayAsync("Subject: x\r\n\r\n."));
    }

    [Theory]
    [InlineData("command", "421 4.4.2 mx.test.example: SMTP command timeout - closing connection", "SMTP command timeout on connection from (a.b) [192.0.2.5]")]
    [InlineData("data", "421 4.4.2 mx.test.example: SMTP incoming data timeout - message abandoned", "SMTP data timeout (message abandoned) on connection from (a.b) [192.0.2.5] F=<a@b.c>")]
    public async Task Half_an_hour_of_silence_ends_the_session(string where, string reply, string line)
    {
        var (fixture, client) = await GreetedAsync("");
        await using var _ = fixture;
        if (where == "data")
            foreach (var command in (string[])["MAIL FROM:<a@b.c>", "RCPT TO:<x@y.z>", "DATA"]) await client.SayAsync(command);
        await client.SendAsync("Subj"); // and nothing more
        await Task.Delay(50);
        ((ManualClock)fixture.Clock).Advance(TimeSpan.FromMinutes(30));
        client.Connection.Sweep();
        Assert.Equal(reply, await client.ReadLineAsync());
        await client.HangUpAsync();
        Assert.Contains(line, fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_byte_every_four_minutes_keeps_the_session()
    {
        var (fixture, client) = await GreetedAsync("smtp_receive_timeout = 5m\n");
        await using var _ = fixture;
        await using var __ = client;
        foreach (var letter in "NOOP\r\n")
        {
            await client.SendAsync(letter.ToString());
            await Task.Delay(10);
            ((ManualClock)fixture.Clock).Advance(TimeSpan.FromMinutes(4));
            client.Connection.Sweep();
        }
        Assert.Equal("250 2.0.0 OK", await client.ReadLineAsync());
    }

    [Fact]
    public async Task MAIL_before_HELO_and_a_second_QUIT_change_nothing()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        Assert.Equal("503 HELO or EHLO required", await client.SayAsync("MAIL FROM:<a@b.c>"));
        await client.SendAsync("QUIT\r\nQUIT\r\nNOOP\r\n");
        Assert.Equal("221 mx.test.example closing connection", await client.ReadLineAsync());
        Assert.Null(await client.ReadLineAsync());
    }
}
