using ScriptMta.Tests.Reception;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Acl;

/// <summary>ratelimit over time, which a dialogue cannot wait for. The numbers are those of Exim 4.96 with the same pauses.</summary>
public sealed class RatelimitTests
{
    static async Task<(ReceptionFixture Fixture, ManualClock Clock, TestClient Client)> OpenAsync(string acls)
    {
        var clock = new ManualClock();
        var fixture = await ReceptionFixture.OfAsync(acls, clock);
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("HELO x");
        return (fixture, clock, client);
    }

    [Fact]
    public async Task A_rate_is_smoothed_over_its_period_and_never_below_the_event_itself()
    {
        var (fixture, clock, client) = await OpenAsync("""
            acl_smtp_rcpt = r
            begin acl
            r:
              accept local_parts = look
                     continue = ${acl{look}}
                     message = $sender_rate
              warn ratelimit = 3/2s/strict/per_cmd/count=4/k
              accept message = $sender_rate
            look:
              warn ratelimit = 3/2s/per_cmd/readonly/k
              accept
            """);
        await using var _ = fixture;
        await using var __ = client;
        await client.SayAsync("MAIL FROM:<a@b>");
        Assert.Equal("250 4.0", await client.SayAsync("RCPT TO:<c@d>"));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("250 5.6", await client.SayAsync("RCPT TO:<c@d>"));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["250 3.4", "250 3.4"], [await client.SayAsync("RCPT TO:<look@y>"), await client.SayAsync("RCPT TO:<look@y>")]);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("250 1.2", await client.SayAsync("RCPT TO:<look@y>"));
        Assert.Equal("250 4.0", await client.SayAsync("RCPT TO:<c@d>"));
    }

    [Fact]
    public async Task A_unique_event_counts_again_in_the_next_period()
    {
        var (fixture, clock, client) = await OpenAsync("acl_smtp_rcpt = r\nbegin acl\nr:\n  warn ratelimit = 100/1h/per_addr/strict\n  accept message = $sender_rate\n");
        await using var _ = fixture;
        await using var __ = client;
        await client.SayAsync("MAIL FROM:<a@b>");
        Assert.Equal(["250 1.0", "250 2.0", "250 2.0"], [await client.SayAsync("RCPT TO:<c@d>"), await client.SayAsync("RCPT TO:<e@d>"), await client.SayAsync("RCPT TO:<c@d>")]);
        clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal("250 0.7", await client.SayAsync("RCPT TO:<c@d>"));
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("250 1.4", await client.SayAsync("RCPT TO:<c@d>"));
    }

    [Fact]
    public async Task A_leaky_rate_that_is_over_the_limit_is_not_recorded_and_a_strict_one_is()
    {
        var (fixture, _, client) = await OpenAsync("""
            acl_smtp_rcpt = r
            begin acl
            r:
              deny ratelimit = 2.5/1h/per_rcpt/leaky-key
                   message = leaky $sender_rate of $sender_rate_limit
              warn ratelimit = 3/1h/per_rcpt/strict/strict-key
              accept message = strict $sender_rate
            """);
        await using var __ = fixture;
        await using var ___ = client;
        await client.SayAsync("MAIL FROM:<a@b>");
        foreach (var expected in (string[])["250 strict 1.0", "250 strict 2.0", "550 leaky 3.0 of 2.5", "550 leaky 3.0 of 2.5"]) Assert.Equal(expected, await client.SayAsync("RCPT TO:<c@d>"));
    }

    [Fact]
    public async Task Rates_are_of_the_host_for_all_its_connections()
    {
        var (fixture, _, client) = await OpenAsync("acl_smtp_mail = m\nbegin acl\nm:\n  warn ratelimit = 3/1h\n  accept message = $sender_rate\n");
        await using var __ = fixture;
        await client.SayAsync("MAIL FROM:<a@b>");
        await client.DisposeAsync();
        await using var again = fixture.Connect();
        await using var other = fixture.Connect("192.0.2.77");
        foreach (var (session, expected) in new[] { (again, "250 2.0"), (other, "250 1.0") })
        {
            await session.ReadReplyAsync();
            await session.SayAsync("HELO x");
            Assert.Equal(expected, await session.SayAsync("MAIL FROM:<a@b>"));
        }
    }

    [Fact]
    public async Task What_was_seen_is_forgotten_after_a_month_and_a_greylist_that_is_used_is_not()
    {
        var (fixture, clock, client) = await OpenAsync("acl_smtp_mail = m\nbegin acl\nm:\n  deny !seen = -5m/key=$sender_address\n  accept message = known\n");
        await using var _ = fixture;
        await using var __ = client;
        Assert.Equal("550 Administrative prohibition", await client.SayAsync("MAIL FROM:<a@x>"));
        clock.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("550 Administrative prohibition", await client.SayAsync("MAIL FROM:<a@x>"));
        clock.Advance(TimeSpan.FromMinutes(1));
        await client.SayAsync("MAIL FROM:<b@x>");
        for (var week = 0; week < 10; week++)
        {
            Assert.Equal("250 known", await client.SayAsync("MAIL FROM:<a@x>"));
            await client.DisposeAsync();
            clock.Advance(TimeSpan.FromDays(7));
            client = fixture.Connect();
            await client.ReadReplyAsync();
            await client.SayAsync("HELO x");
        }
        Assert.Equal("550 Administrative prohibition", await client.SayAsync("MAIL FROM:<b@x>"));
        await client.DisposeAsync();
    }
}
