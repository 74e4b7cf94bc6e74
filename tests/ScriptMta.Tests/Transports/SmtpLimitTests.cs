using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Tests.Smtp;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>How many transactions and connections a delivery takes, and what a late reply saves.</summary>
public sealed class SmtpLimitTests
{
    const string Quick = "command_timeout = 20s\ndata_timeout = 20s\nfinal_timeout = 20s\nallow_localhost\n";

    static (string, string) Offers(string limits) => ("ehlo", $"250-sink\r\n250-PIPELINING\r\n250 LIMITS {limits}");

    static TransportBench Bench(ScriptedServer server, string more = "") => new($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\n{Quick}{more}");

    [Theory]
    [InlineData("RCPTMAX=2", 3, 1)]
    [InlineData("RCPTMAX=2 MAILMAX=1", 3, 3)]
    [InlineData("MAILMAX=1", 1, 1)]
    [InlineData("RCPTDOMAINMAX=1", 2, 1)]
    public async Task A_server_gets_no_more_at_once_than_it_asks_for(string limits, int transactions, int connections)
    {
        await using var server = new ScriptedServer(Offers(limits));
        await using var bench = Bench(server);
        var outcomes = await bench.DeliverAsync("a@one.test", "b@one.test", "c@two.test", "d@one.test", "e@two.test");
        Assert.All(outcomes, o => Assert.IsType<DeliveryOutcome.Delivered>(o));
        Assert.Equal((transactions, connections), (server.Messages.Count, server.Connections));
        Assert.Equal(5, server.Heard.Count(h => h.StartsWith("RCPT", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Recipients_that_were_too_many_go_in_a_second_transaction()
    {
        await using var server = new ScriptedServer(("rcpt b@remote.test", "452 too many"));
        await using var bench = Bench(server);
        var outcomes = await bench.DeliverAsync("a@remote.test", "b@remote.test", "c@remote.test");
        Assert.Equal(["delivered H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"", "deferred (-44) rcpt_452: SMTP error from remote mail server after RCPT TO:<b@remote.test>: 452 too many", "delivered H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\""], outcomes.Select(TransportBench.Say));
        Assert.Equal(["MAIL", "RCPT", "RCPT", "RCPT", "DATA", "MAIL", "RCPT", "DATA"], server.Heard.Where(h => !h.StartsWith("  ", StringComparison.Ordinal)).Skip(1).Take(8).Select(h => h[..4]));
    }

    [Fact]
    public async Task A_reply_to_the_dot_that_comes_late_is_not_followed_by_a_second_copy()
    {
        await using var server = new ScriptedServer(("end", "LATE 250 taken at last"));
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\nfinal_timeout = 1s\nallow_localhost\n");
        Assert.StartsWith("deferred (110) timeout_A: SMTP timeout after end of data", await bench.OneAsync("a@remote.test"));
        server.Release();
        for (var waited = 0; server.Open > 0 && waited < 200; waited++) await Task.Delay(50);
        Assert.Equal("delivered H=127.0.0.1 [127.0.0.1] C=\"250 taken at last\"", await bench.OneAsync("a@remote.test"));
        Assert.Equal((1, 1), (server.Messages.Count, server.Connections));
    }

    [Fact]
    public async Task A_reply_that_never_comes_is_waited_for_no_longer_than_to_the_next_attempt()
    {
        await using var server = new ScriptedServer(("end", "LATE 250 too late"));
        await using var bench = new TransportBench($"driver = smtp\nhosts = 127.0.0.1\nport = {server.Port}\nfinal_timeout = 1s\nallow_localhost\n");
        Assert.StartsWith("deferred (110)", await bench.OneAsync("a@remote.test"));
        Assert.StartsWith("deferred (110)", await bench.OneAsync("a@remote.test"));
        Assert.Equal(2, server.Connections);
    }

    [Fact]
    public async Task Serialized_hosts_are_called_by_one_delivery_at_a_time()
    {
        await using var server = new ScriptedServer(("end", "LATE 250 ok"));
        await using var bench = Bench(server, "serialize_hosts = *\n");
        var both = Task.WhenAll(bench.DeliverAsync("a@remote.test"), bench.DeliverAsync("b@remote.test"));
        for (var waited = 0; server.Messages.IsEmpty && waited < 200; waited++) await Task.Delay(50);
        Assert.Equal(1, server.Open);
        server.Release();
        Assert.All(await both, o => Assert.IsType<DeliveryOutcome.Delivered>(o[0]));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Beyond_hosts_max_try_one_address_of_each_higher_MX_is_called()
    {
        await using var server = new ScriptedServer();
        int closed;
        await using (var gone = new ScriptedServer()) closed = gone.Port;
        await using var bench = new TransportBench($"driver = smtp\nhosts_max_try = 1\n{Quick}");
        DeliveryHost Host(string name, int port, int mx) => new(name, [System.Net.IPAddress.Loopback], port, mx);
        var plan = TransportBench.Plan(TransportBench.Address("a@remote.test"), null, Host("a.test", closed, 5), Host("b.test", closed, 5), Host("c.test", closed, 10), Host("d.test", closed, 10), Host("e.test", server.Port, 20));
        Assert.Equal("delivered H=e.test [127.0.0.1] C=\"250 OK id=abc\"", await bench.OneAsync(plan));
        Assert.Equal(["a.test", "c.test"], bench.Log.Split('\n').Where(l => l.Contains("refused")).Select(l => l.Split("H=")[1].Split(' ')[0]));
    }

    [Fact]
    public async Task Lines_that_are_too_long_make_it_fail_before_any_host_is_called()
    {
        await using var server = new ScriptedServer();
        await using var bench = Bench(server);
        bench.MaxLine = 999;
        Assert.Equal("failed: message has lines too long for transport", await bench.OneAsync("a@remote.test"));
        await using var wide = Bench(server, "message_linelength_limit = 0\n");
        wide.MaxLine = 99_999;
        Assert.StartsWith("delivered", await wide.OneAsync("a@remote.test"));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task The_log_names_what_was_used()
    {
        await using var server = new ScriptedServer(("ehlo", "250-sink\r\n250-PIPELINING\r\n250-CHUNKING\r\n250 PRDR"), ("verdict", "250 fine"), ("end", "250 done"));
        await using var bench = Bench(server);
        bench.Environment = bench.Environment with { Log = new(bench.Clock, _ => TextWriter.Null, new(new HashSet<string> { "pipelining", "smtp_confirmation", "outgoing_port", "outgoing_interface", "incoming_interface" })) };
        var said = (await bench.DeliverAsync("a@remote.test", "b@remote.test")).Select(TransportBench.Say).ToList();
        Assert.Matches($@"^delivered H=127\.0\.0\.1 \[127\.0\.0\.1\]:{server.Port} I=\[127\.0\.0\.1\]:\d+ L K PRDR C=""250 fine\\\\n250 done""$", said[0]);
    }
}
