using System.Net;
using ScriptMta.Routing;
using ScriptMta.Tests.Smtp;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>Which host a message goes to, and what the log and the queue are told; texts as Exim 4.96 gave them.</summary>
public sealed class SmtpTransportTests
{
    /// <summary>Short where a test waits for it; long enough for a busy machine everywhere else.</summary>
    const string Hasty = "command_timeout = 1s\ndata_timeout = 1s\nfinal_timeout = 1s\nallow_localhost\n";
    const string Quick = "command_timeout = 20s\ndata_timeout = 20s\nfinal_timeout = 20s\nallow_localhost\n";

    [Fact]
    public async Task A_delivery_is_confirmed_in_the_log_fields()
    {
        await using var server = new ScriptedServer();
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\n{Quick}");
        Assert.Empty(bench.Problems);
        Assert.Equal("delivered H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"", await bench.OneAsync("a@remote.test"));
        Assert.Equal("MAIL FROM:<s@mbox.test> SIZE=1324", server.Heard.ToArray()[1]);
        Assert.EndsWith("\n\nbody\nFrom here\n>From there\n.dot\nlast no newline\n", Assert.Single(server.Messages));
        Assert.Equal("delivered H=127.0.0.1 [127.0.0.1]* C=\"250 OK id=abc\"", await bench.OneAsync("b@remote.test"));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task A_message_that_requires_TLS_does_not_go_out_without()
    {
        await using var server = new ScriptedServer();
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\n{Quick}") { RequiresTls = true };
        Assert.Equal("failed: REQUIRETLS support required", await bench.OneAsync("a@remote.test"));
        Assert.DoesNotContain(server.Heard, h => h.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reply_of_several_lines_is_escaped_twice_as_Exim_does()
    {
        await using var server = new ScriptedServer(("end", "250-first\r\n250 second"));
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\n{Quick}");
        Assert.Equal("delivered H=127.0.0.1 [127.0.0.1] C=\"250-first\\\\n250 second\"", await bench.OneAsync("a@remote.test"));
    }

    [Theory]
    [InlineData("banner", "554 go away", "failed: SMTP error from remote mail server after initial connection: 554 go away", "H=127.0.0.1 [127.0.0.1]: SMTP error from remote mail server after initial connection: 554 go away")]
    [InlineData("banner", "421 busy", "deferred (0) local: SMTP error from remote mail server after initial connection: 421 busy", "H=127.0.0.1 [127.0.0.1]: SMTP error from remote mail server after initial connection: 421 busy")]
    [InlineData("banner", "HANG", "deferred (110) timeout_A: SMTP timeout after initial connection", "H=127.0.0.1 [127.0.0.1]: SMTP timeout after initial connection: Connection timed out")]
    [InlineData("mail", "451 later", "deferred (-45) mail_451: SMTP error from remote mail server after pipelined MAIL FROM:<s@mbox.test> SIZE=1324: 451 later", "H=127.0.0.1 [127.0.0.1]: SMTP error from remote mail server after pipelined MAIL FROM:<s@mbox.test> SIZE=1324: 451 later")]
    [InlineData("mail", "550 no", "failed: SMTP error from remote mail server after pipelined MAIL FROM:<s@mbox.test> SIZE=1324: 550 no", null)]
    [InlineData("rcpt", "451 grey", "deferred (-44) rcpt_451: SMTP error from remote mail server after RCPT TO:<a@remote.test>: 451 grey", null)]
    [InlineData("rcpt", "550 no", "failed: SMTP error from remote mail server after RCPT TO:<a@remote.test>: 550 no", null)]
    [InlineData("data", "DROP", "deferred (-18) lost_connection: Remote host closed connection in response to pipelined DATA", "H=127.0.0.1 [127.0.0.1]: Remote host closed connection in response to pipelined DATA")]
    [InlineData("end", "451 try", "deferred (-46) data_451: SMTP error from remote mail server after end of data: 451 try", "H=127.0.0.1 [127.0.0.1]: SMTP error from remote mail server after end of data: 451 try")]
    [InlineData("end", "550 5.7.1 spam", "failed: SMTP error from remote mail server after end of data: 550 5.7.1 spam", null)]
    public async Task Failures_are_outcomes_and_log_lines(string stage, string reply, string said, string? logged)
    {
        await using var server = new ScriptedServer((stage, reply));
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\n{(reply == "HANG" ? Hasty : Quick)}");
        Assert.Equal(said, await bench.OneAsync("a@remote.test"));
        if (logged is null) Assert.Empty(bench.Log);
        else Assert.EndsWith(" " + logged + "\n", bench.Log);
    }

    [Fact]
    public async Task The_next_host_is_tried_for_those_whom_the_first_put_off()
    {
        await using var first = new ScriptedServer(("rcpt b@remote.test", "451 not here"));
        await using var second = new ScriptedServer();
        await using var bench = new TransportBench($"driver = smtp\nhosts = <; 127.0.0.1:{first.Port} ; 127.0.0.1:{second.Port}\n{Quick}");
        var outcomes = await bench.DeliverAsync("a@remote.test", "b@remote.test");
        Assert.All(outcomes, o => Assert.IsType<DeliveryOutcome.Delivered>(o));
        Assert.Contains("RCPT TO:<b@remote.test>", second.Heard);
        Assert.DoesNotContain("RCPT TO:<a@remote.test>", second.Heard);
    }

    [Fact]
    public async Task A_refused_connection_leads_to_the_fallback_hosts_and_is_remembered()
    {
        await using var server = new ScriptedServer();
        int closed;
        await using (var gone = new ScriptedServer()) closed = gone.Port;
        var told = new List<HostAttempt>();
        await using var bench = new TransportBench($"driver = smtp\nfallback_hosts = <; 127.0.0.1:{server.Port}\n{Quick}") { Hints = new((_, _, _) => HostStanding.Unknown, told.Add) };
        var plan = TransportBench.Plan(TransportBench.Address("a@remote.test"), null, new DeliveryHost("mx.remote.test", [IPAddress.Loopback], closed, 10));
        Assert.Equal("delivered H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"", await bench.OneAsync(plan));
        Assert.EndsWith(" H=mx.remote.test [127.0.0.1] Connection refused\n", bench.Log);
        Assert.Equal(["refused_MX", null], told.Select(t => t.Error));
    }

    [Fact]
    public async Task Hosts_before_their_retry_time_are_not_called()
    {
        await using var server = new ScriptedServer();
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\n{Quick}") { Hints = new((_, _, _) => new(false, false), _ => { }) };
        Assert.Equal("deferred (-54) local: retry time not reached for any host for 'remote.test'", await bench.OneAsync("a@remote.test"));
        bench.Hints = new((_, _, _) => new(false, true), _ => { });
        var expired = Assert.IsType<DeliveryOutcome.Deferred>((await bench.DeliverAsync("a@remote.test"))[0]);
        Assert.Equal(("all hosts for 'remote.test' have been failing for a long time (and retry time not reached)", true), (expired.Text, expired.HostsExpired));
        Assert.Equal(0, server.Connections);
    }

    [Fact]
    public async Task Names_are_looked_up_and_ours_are_refused_without_allow_localhost()
    {
        await using var server = new ScriptedServer();
        await using var bench = new TransportBench($"driver = smtp\nhosts = relay.test\nport = {server.Port}\n{Quick}", "relay.test A 127.0.0.1");
        Assert.Equal("delivered H=relay.test [127.0.0.1] C=\"250 OK id=abc\"", await bench.OneAsync("a@remote.test"));
        await using var file = new TransportBench($"driver = smtp\nhosts = localhost\nport = {server.Port}\n{Quick}");
        Assert.Equal("delivered H=localhost [127.0.0.1] C=\"250 OK id=abc\"", await file.OneAsync("a@remote.test"));
        await using var unknown = new TransportBench("driver = smtp\nhosts = nowhere.test\n");
        Assert.Equal("deferred (-1) lookup: failed to find IP address for nowhere.test", await unknown.OneAsync("a@remote.test"));
        await using var own = new TransportBench("driver = smtp\nhosts = 127.0.0.1\n");
        Assert.Equal("deferred (-1) local frozen: t transport found host 127.0.0.1 to be local", await own.OneAsync("a@remote.test"));
    }

    [Fact]
    public async Task An_idle_connection_that_died_costs_nobody_anything()
    {
        await using var server = new ScriptedServer();
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\nconnection_max_messages = 1\n{Quick}");
        Assert.Equal("delivered H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"", await bench.OneAsync("a@remote.test"));
        Assert.Equal("delivered H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"", await bench.OneAsync("a@remote.test"));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task No_address_can_bring_a_command_of_its_own()
    {
        await using var server = new ScriptedServer();
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\n{Quick}");
        Assert.StartsWith("failed: the address holds characters", await bench.OneAsync("a>\r\nRSET\r\n@remote.test"));
        Assert.Equal(0, server.Connections);
    }
}
