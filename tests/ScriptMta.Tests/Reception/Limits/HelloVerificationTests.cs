namespace ScriptMta.Tests.Reception;

public sealed class HelloVerificationTests
{
    static Task<ReceptionFixture> Of(string configuration) =>
        ReceptionFixture.OfAsync(configuration, prepare: f => f.Dns.Add("right.example A 192.0.2.5").Add("wrong.example A 192.0.2.6").Add("slow.example AGAIN A"));

    static async Task<string> SayAsync(ReceptionFixture fixture, params string[] commands)
    {
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        var last = "";
        foreach (var command in commands) last = await client.SayAsync(command);
        return last;
    }

    [Theory]
    [InlineData("HELO right.example", "250 mx.test.example Hello right.example [192.0.2.5]")]
    [InlineData("HELO [192.0.2.5]", "250 mx.test.example Hello [192.0.2.5] [192.0.2.5]")]
    [InlineData("HELO wrong.example", "550 HELO argument does not match calling host")]
    [InlineData("EHLO nowhere.example", "550 EHLO argument does not match calling host")]
    [InlineData("HELO slow.example", "451 HELO argument does not match calling host")]
    public async Task Hosts_of_helo_verify_hosts_must_give_a_name_of_theirs(string command, string reply)
    {
        await using var fixture = await Of("helo_verify_hosts = 192.0.2.0/24\n");
        Assert.Equal(reply, await SayAsync(fixture, command));
        if (reply[0] != '2') Assert.Contains($"{(reply[0] == '4' ? "temporarily " : "")}rejected \"{command}\" from ({command[5..]}) [192.0.2.5]\n", fixture.Log(ScriptMta.Logging.LogFile.Reject), StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_name_that_does_not_match_MAIL_is_refused()
    {
        await using var fixture = await Of("helo_verify_hosts = *\nhosts_require_helo = :\n");
        Assert.Equal("503 HELO or EHLO required", await SayAsync(fixture, "HELO wrong.example", "MAIL FROM:<a@b.c>"));
    }

    [Theory]
    [InlineData("right.example", "250 Accepted")]
    [InlineData("wrong.example", "550 Administrative prohibition")]
    public async Task Hosts_of_helo_try_verify_hosts_are_only_looked_at(string name, string reply)
    {
        await using var fixture = await Of("helo_try_verify_hosts = *\nacl_smtp_rcpt = check\nbegin acl\ncheck:\n  accept verify = helo\n");
        Assert.Equal(reply, await SayAsync(fixture, "HELO " + name, "MAIL FROM:<a@b.c>", "RCPT TO:<x@y.z>"));
    }

    [Fact]
    public async Task A_client_that_says_it_is_us_is_looked_up()
    {
        await using var fixture = await Of("acl_smtp_rcpt = accept\n");
        fixture.Dns.Add("192.0.2.5 PTR right.example");
        Assert.Equal("250 mx.test.example Hello right.example [192.0.2.5]", await SayAsync(fixture, "HELO mx.test.example"));
    }

    [Fact]
    public async Task Hosts_outside_hosts_require_helo_may_begin_with_MAIL()
    {
        await using var fixture = await Of("hosts_require_helo = !192.0.2.5 : *\nacl_smtp_rcpt = accept\n");
        Assert.Equal("354 Enter message, ending with \".\" on a line by itself", await SayAsync(fixture, "MAIL FROM:<a@b.c>", "RCPT TO:<x@y.z>", "DATA"));
    }
}
