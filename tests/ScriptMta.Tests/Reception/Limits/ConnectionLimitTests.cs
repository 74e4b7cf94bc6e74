using ScriptMta.Reception;

namespace ScriptMta.Tests.Reception;

/// <summary>Who is turned away before the banner, in Exim's words (each seen with Exim 4.96).</summary>
public sealed class ConnectionLimitTests
{
    static MachineState Load(int thousandths) => new() { Load = () => thousandths };

    [Fact]
    public async Task The_reserve_is_for_hosts_of_the_list()
    {
        await using var server = await LimitServer.StartAsync("smtp_accept_max = 2\nsmtp_accept_reserve = 1\nsmtp_reserve_hosts = 192.0.2.77\n");
        Assert.StartsWith("220 ", await (await server.ConnectAsync()).ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("421 mx.test.example: Too many concurrent SMTP connections; please try again later", await (await server.ConnectAsync()).ReadAsync());
        await server.LogWithAsync("temporarily refused connection from [127.0.0.1]: not in reserve list: connected=1 max=2 reserve=1\n");
    }

    [Fact]
    public async Task A_host_of_the_reserve_list_gets_the_last_place()
    {
        await using var server = await LimitServer.StartAsync("smtp_accept_max = 2\nsmtp_accept_reserve = 1\nsmtp_reserve_hosts = 127.0.0.1\n");
        await (await server.ConnectAsync()).ReadAsync();
        Assert.StartsWith("220 ", await (await server.ConnectAsync()).ReadAsync(), StringComparison.Ordinal);
        Assert.Equal("421 Too many concurrent SMTP connections; please try again later.", await (await server.ConnectAsync()).ReadAsync());
    }

    [Fact]
    public async Task Under_load_nobody_is_let_in_where_no_host_is_reserved()
    {
        await using var server = await LimitServer.StartAsync("smtp_load_reserve = 1.5\n", Load(2250));
        Assert.Equal("421 Too much load; please try again later.", await (await server.ConnectAsync()).ReadAsync());
        await server.LogWithAsync("Connection from [127.0.0.1] refused: load average = 2.25\n");
    }

    [Fact]
    public async Task Under_load_only_hosts_of_the_reserve_are_let_in()
    {
        await using var server = await LimitServer.StartAsync("smtp_load_reserve = 1.5\nsmtp_reserve_hosts = 192.0.2.77\n", Load(2250));
        Assert.Equal("421 mx.test.example: Too much load; please try again later", await (await server.ConnectAsync()).ReadAsync());
        await server.LogWithAsync("temporarily refused connection from [127.0.0.1]: not in reserve list and load average = 2.25\n");
        await using var friendly = await LimitServer.StartAsync("smtp_load_reserve = 1.5\nsmtp_reserve_hosts = 127.0.0.1\n", Load(2250));
        Assert.StartsWith("220 ", await (await friendly.ConnectAsync()).ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_load_below_the_limit_is_no_reason()
    {
        await using var server = await LimitServer.StartAsync("smtp_load_reserve = 1.5\n", Load(1500));
        Assert.StartsWith("220 ", await (await server.ConnectAsync()).ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_host_is_in_the_reject_log_unless_the_selector_is_off()
    {
        await using var fixture = await ReceptionFixture.OfAsync("host_reject_connection = 192.0.2.5\n");
        await using var client = fixture.Connect();
        Assert.Equal("554 SMTP service not available", await client.ReadReplyAsync());
        Assert.EndsWith(" refused connection from [192.0.2.5] (host_reject_connection)\n", fixture.Log(ScriptMta.Logging.LogFile.Reject), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_are_logged_with_their_number_and_their_end()
    {
        await using var server = await LimitServer.StartAsync("", logSelectors: "smtp_connection smtp_no_mail smtp_incomplete_transaction");
        var (one, two) = (await server.ConnectAsync(), await server.ConnectAsync());
        await one.ReadAsync();
        await two.ReadAsync();
        await one.SayAsync("EHLO a.b");
        await one.SayAsync("QUIT");
        await server.LogWithAsync("SMTP connection from [127.0.0.1] (TCP/IP connection count = 2)\n");
        await server.LogWithAsync("SMTP connection from (a.b) [127.0.0.1] closed by QUIT\n");
        await server.LogWithAsync("no MAIL in SMTP connection from (a.b) [127.0.0.1] D=");
        await server.LogWithAsync(" C=EHLO,QUIT\n");
        await two.SayAsync("EHLO a.b");
        await two.SayAsync("MAIL FROM:<x@y.z>");
        await two.SayAsync("RCPT TO:<r@y.z>");
        two.Dispose();
        await server.LogWithAsync("H=(a.b) [127.0.0.1] incomplete transaction (connection lost) from <x@y.z> for r@y.z\n");
        await server.LogWithAsync("unexpected disconnection while reading SMTP command from (a.b) [127.0.0.1] D=");
    }

    [Fact]
    public async Task Hosts_of_hosts_connection_nolog_come_and_go_unseen()
    {
        await using var server = await LimitServer.StartAsync("hosts_connection_nolog = 127.0.0.1\n", logSelectors: "smtp_connection smtp_no_mail smtp_syntax_error");
        var client = await server.ConnectAsync();
        await client.ReadAsync();
        await client.SayAsync("FOO");
        await client.SayAsync("QUIT");
        await server.UntilEmptyAsync();
        Assert.DoesNotContain("SMTP connection", await server.LogWithAsync("SMTP syntax error in \"FOO\""), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MAIL_commands_are_counted_whatever_comes_of_them()
    {
        await using var fixture = await ReceptionFixture.OfAsync("smtp_accept_max_per_connection = 2\n");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("HELO a.b");
        Assert.Equal("250 OK", await client.SayAsync("MAIL FROM:<a@b.example>"));
        await client.SayAsync("RSET");
        Assert.Equal("501 <a@b.example: '>' missing at end of address", await client.SayAsync("MAIL FROM:<a@b.example"));
        Assert.Equal("421 too many messages in this connection", await client.SayAsync("MAIL FROM:<a@b.example>"));
    }
}
