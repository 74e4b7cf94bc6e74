using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>What is queued instead of delivered at once, what the disk has no room for, and who has to wait.</summary>
public sealed class QueueLimitTests
{
    static async Task<string> DeliverAsync(TestClient client, string mail = "MAIL FROM:<a@b.example>")
    {
        var reply = await client.SayAsync(mail);
        if (!reply.StartsWith("250", StringComparison.Ordinal)) return reply;
        await client.SayAsync("RCPT TO:<x@y.z>");
        await client.SayAsync("DATA");
        return await client.SayAsync("Subject: x\r\n\r\nx\r\n.");
    }

    static async Task<(ReceptionFixture, TestClient)> GreetedAsync(string configuration, MachineState? machine = null, string logSelectors = "")
    {
        var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n" + configuration, logSelectors: logSelectors);
        fixture.Machine = machine ?? MachineState.Own;
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO a.b");
        return (fixture, client);
    }

    static bool[] Waiting(ReceptionFixture fixture) => [.. fixture.Spool.Entries().Select(e => e.NextAttempt == DateTimeOffset.MaxValue)];

    [Fact]
    public async Task After_some_messages_of_one_connection_the_others_wait()
    {
        var (fixture, client) = await GreetedAsync("smtp_accept_queue_per_connection = 1\n");
        await using var _ = fixture;
        await using var __ = client;
        for (var i = 0; i < 2; i++) await DeliverAsync(client);
        Assert.Equal([false, true], Waiting(fixture));
        Assert.Matches("\\S{23} no immediate delivery: more than 1 messages received in one connection\n", fixture.Log());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("queue_only_load_latch = false\n", false)]
    public async Task A_load_that_was_too_high_once_holds_the_connection_unless_told_otherwise(string latch, bool second)
    {
        var load = 3000;
        var (fixture, client) = await GreetedAsync("queue_only_load = 2\n" + latch, new() { Load = () => load });
        await using var _ = fixture;
        await using var __ = client;
        await DeliverAsync(client);
        load = 0;
        await DeliverAsync(client);
        Assert.Equal([true, second], Waiting(fixture));
        Assert.Contains(" no immediate delivery: load average 3.00\n", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_there_holds_deliveries_back()
    {
        var (fixture, client) = await GreetedAsync("queue_only_file = DIR/none : DIR/held\n");
        await using var _ = fixture;
        await using var __ = client;
        await DeliverAsync(client);
        await File.WriteAllTextAsync(Path.Combine(fixture.Directory, "held"), "");
        await DeliverAsync(client);
        Assert.Equal([false, true], Waiting(fixture));
    }

    [Fact]
    public async Task More_connections_than_smtp_accept_queue_only_queue()
    {
        await using var server = await LimitServer.StartAsync("smtp_accept_queue = 1\n");
        await (await server.ConnectAsync()).ReadAsync();
        var second = await server.ConnectAsync();
        await second.ReadAsync();
        foreach (var command in (string[])["EHLO a.b", "MAIL FROM:<a@b.c>", "RCPT TO:<x@y.z>", "DATA", "Subject: x\r\n\r\n."]) await second.SayAsync(command);
        await server.LogWithAsync(" no immediate delivery: too many connections (2, max 1)\n");
    }

    [Fact]
    public void A_path_behind_smtp_holds_back_remote_deliveries_alone()
    {
        var limits = ReceptionFixture.Read("queue_only_file = smtp/a/b : /c\n").Rules.Options.Limits;
        Assert.Equal(["/a/b"], limits.QueueSmtpFiles);
        Assert.Equal(["/c"], limits.QueueOnlyFiles);
    }

    [Theory]
    [InlineData(9L << 20, 1000, "MAIL FROM:<a@b.example>", "452 ")]
    [InlineData(11L << 20, 99, "MAIL FROM:<a@b.example>", "452 ")]
    [InlineData(11L << 20, 1000, "MAIL FROM:<a@b.example>", "250 ")]
    [InlineData(11L << 20, 1000, "MAIL FROM:<a@b.example> SIZE=1100000", "452 ")]
    public async Task A_full_disk_takes_no_mail(long bytes, long files, string mail, string reply)
    {
        var (fixture, client) = await GreetedAsync("", new() { Free = _ => (bytes, files) });
        await using var _ = fixture;
        await using var __ = client;
        Assert.StartsWith(reply, await DeliverAsync(client, mail), StringComparison.Ordinal);
        Assert.Equal(reply == "452 ", fixture.Log().Contains($"spool directory space check failed: space={bytes >> 10} inodes={files}\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_declared_size_does_not_count_where_the_option_is_off()
    {
        var (fixture, client) = await GreetedAsync("no_smtp_check_spool_space\n", new() { Free = _ => (11L << 20, 1000) });
        await using var _ = fixture;
        await using var __ = client;
        Assert.StartsWith("250 ", await DeliverAsync(client, "MAIL FROM:<a@b.example> SIZE=1100000"), StringComparison.Ordinal);
    }

    [Fact]
    public void Delays_grow_by_the_factor_up_to_the_longest()
    {
        var fixture = ReceptionFixture.Read("smtp_ratelimit_mail = 2,0.5s,2,1.5s\n");
        var slow = fixture.Rules.Options.Limits.MailSlowDown!;
        Assert.Equal([0, 0, 500, 1000, 1500, 1500], Enumerable.Range(1, 6).Select(n => slow.DelayOf(n).TotalMilliseconds));
    }

    [Theory]
    [InlineData("1,x,2")]
    [InlineData("1,2s,3")]
    [InlineData("1,2s,x,4m")]
    [InlineData(",1s,1,1")]
    public void A_malformed_rate_is_an_error_of_the_configuration(string text) =>
        Assert.Contains(ReceptionFixture.Read($"smtp_ratelimit_rcpt = {text}\n").Problems.All, p => p.InEximsWords == $"malformed ratelimit data: {text}");

    [Fact]
    public async Task A_client_of_smtp_ratelimit_hosts_waits_for_its_second_MAIL()
    {
        var (fixture, client) = await GreetedAsync("smtp_ratelimit_hosts = 192.0.2.5\nsmtp_ratelimit_mail = 1,10s,1,10s\n");
        await using var _ = fixture;
        await using var __ = client;
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.example>"));
        await client.SayAsync("RSET");
        await client.SendAsync("MAIL FROM:<a@b.example>\r\n");
        var reply = client.ReadReplyAsync();
        await Task.Delay(100);
        Assert.False(reply.IsCompleted);
        while (!reply.IsCompleted) { ((ScriptMta.Tests.Spool.ManualClock)fixture.Clock).Advance(TimeSpan.FromSeconds(5)); await Task.Delay(5); }
        Assert.Equal("250 2.1.0 OK", await reply);
    }
}
