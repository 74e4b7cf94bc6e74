using ScriptMta.Logging;

namespace ScriptMta.Tests.Reception;

/// <summary>hosts_xclient: the commands and replies of Postfix's XCLIENT_README.</summary>
public sealed class XclientTests
{
    const string Rules = """
        hosts_xclient = 192.0.2.5
        smtp_banner = ready
        acl_smtp_rcpt = accept
        acl_smtp_connect = con
        begin acl
        con:
          deny hosts = 203.0.113.0/24
               message = not you
          accept logwrite = from $sender_host_address:$sender_host_port name=$sender_host_name helo=$sender_helo_name id=$authenticated_id at $interface_address:$interface_port

        """;

    static async Task<TestClient> GreetedAsync(ReceptionFixture fixture, string address = "192.0.2.5")
    {
        var client = fixture.Connect(address);
        await client.ReadReplyAsync();
        return client;
    }

    [Fact]
    public async Task The_session_begins_anew_as_the_clients()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Rules);
        await using var client = await GreetedAsync(fixture);
        Assert.Contains("\n250-XCLIENT NAME ADDR PORT HELO PROTO LOGIN DESTADDR DESTPORT\n", await client.SayAsync("EHLO proxy.test"), StringComparison.Ordinal);
        Assert.Equal("220 ready", await client.SayAsync("XCLIENT NAME=client.example ADDR=198.51.100.7 PORT=4000 HELO=helo.example LOGIN=ann+40b.c DESTADDR=198.51.100.1 DESTPORT=587"));
        Assert.Contains("from 198.51.100.7:4000 name=client.example helo=helo.example id=ann@b.c at 198.51.100.1:587", fixture.Log(), StringComparison.Ordinal);
        Assert.Equal("503 5.5.1 HELO or EHLO required", await client.SayAsync("MAIL FROM:<a@b.test>"));
        Assert.Contains(" Hello client.example [198.51.100.7]\n", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.test>"));
        Assert.Equal("503 5.5.1 mail transaction in progress", await client.SayAsync("XCLIENT ADDR=198.51.100.8"));
    }

    [Fact]
    public async Task It_may_be_said_again_by_the_host_that_called()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Rules);
        await using var client = await GreetedAsync(fixture);
        Assert.Equal("220 ready", await client.SayAsync("XCLIENT ADDR=198.51.100.7 NAME=[UNAVAILABLE]"));
        Assert.Equal("220 ready", await client.SayAsync("XCLIENT ADDR=IPV6:2001:db8::7 NAME=[TEMPUNAVAIL] LOGIN=[UNAVAILABLE]"));
        Assert.Contains("from 198.51.100.7:0 name= ", fixture.Log(), StringComparison.Ordinal);
        Assert.Contains("from 2001:db8::7:0 name= ", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_rules_of_connections_are_asked_about_the_client()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Rules);
        await using var client = await GreetedAsync(fixture);
        Assert.Equal("550 not you", await client.SayAsync("XCLIENT ADDR=203.0.113.9"));
        Assert.Null(await client.ReadLineAsync());
    }

    [Fact]
    public async Task Others_may_not()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Rules);
        await using var client = await GreetedAsync(fixture, "192.0.2.6");
        Assert.DoesNotContain("XCLIENT", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
        Assert.Equal("550 5.7.0 insufficient authorization", await client.SayAsync("XCLIENT ADDR=192.0.2.5"));
        Assert.Contains("rejected XCLIENT from (c.example) [192.0.2.6]: not in hosts_xclient", fixture.Log(LogFile.Main) + fixture.Log(LogFile.Reject), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("XCLIENT", "XCLIENT must have attribute=value operands")]
    [InlineData("XCLIENT FOO=1", "unknown XCLIENT attribute: FOO=1")]
    [InlineData("XCLIENT ADDR", "unknown XCLIENT attribute: ADDR")]
    [InlineData("XCLIENT ADDR=1.2.3", "invalid XCLIENT value: ADDR=1.2.3")]
    [InlineData("XCLIENT ADDR=2001:db8::1", "invalid XCLIENT value: ADDR=2001:db8::1")]
    [InlineData("XCLIENT ADDR=[UNAVAILABLE]", "invalid XCLIENT value: ADDR=[UNAVAILABLE]")]
    [InlineData("XCLIENT PORT=99999", "invalid XCLIENT value: PORT=99999")]
    [InlineData("XCLIENT HELO=a+0ab", "invalid XCLIENT value: HELO=a+0ab")]
    [InlineData("XCLIENT NAME=a+0D+0Ab", "invalid XCLIENT value: NAME=a+0D+0Ab")]
    [InlineData("XCLIENT PROTO=LMTP", "invalid XCLIENT value: PROTO=LMTP")]
    [InlineData("XCLIENT LOGIN=a+00b", "invalid XCLIENT value: LOGIN=a+00b")]
    [InlineData("XCLIENT ADDR=198.51.100.7 PORT=x", "invalid XCLIENT value: PORT=x")]
    public async Task What_is_wrong_is_named_and_changes_nothing(string command, string text)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Rules);
        await using var client = await GreetedAsync(fixture);
        Assert.Equal($"501 {text}", await client.SayAsync(command));
        Assert.Contains("[192.0.2.5]", await client.SayAsync("HELO x.example"), StringComparison.Ordinal);
    }
}
