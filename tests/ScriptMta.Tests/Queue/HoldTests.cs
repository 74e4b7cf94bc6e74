using System.Collections.Immutable;
using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Queue;

/// <summary>What rules and administrators keep back, and the order of what goes (the log lines are Exim 4.96's).</summary>
public sealed class HoldTests
{
    const string Rules = """
        begin routers
        remote:
          driver = manualroute
          domains = *.remote.test
          route_list = * 127.0.0.1
          self = send
          transport = smtp
        alias:
          driver = redirect
          domains = alias.test
          data = u@mbox.test, v@held.test
        local:
          driver = accept
          transport = mbox
        begin transports
        mbox:
          driver = appendfile
          file = DIR/mail/box
          message_prefix =
          message_suffix =
        smtp:
          driver = smtp
          port = PORT
          multi_domain = false
          allow_localhost
        begin retry
        * * F,2h,15m
        """;

    static QueueBench Bench(string main, int port = 1)
    {
        var bench = new QueueBench(main + "\n" + Rules.Replace("PORT", port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        bench.Queue.Start(everything: true);
        return bench;
    }

    static async Task RunAsync(QueueBench bench, QueueRunOptions options)
    {
        await bench.Queue.RunAsync(options, CancellationToken.None);
        await bench.IdleAsync();
    }

    [Fact]
    public async Task Held_domains_wait_in_every_run_that_does_not_force_them()
    {
        await using var bench = Bench("hold_domains = held.test");
        await bench.SendAsync("s@mbox.test", "u@held.test", "u@mbox.test");
        await bench.IdleAsync();
        Assert.Equal(["== u@held.test defer (-23): domain is held", "=> u <u@mbox.test> R=local T=mbox"], bench.Log);
        Assert.Equal(DateTimeOffset.MaxValue, Assert.Single(bench.Spool.Entries()).NextAttempt);
        await RunAsync(bench, new());
        Assert.Equal("== u@held.test defer (-23): domain is held", bench.Log[^2]);
        Assert.Equal("domain is held", bench.Queue.Describe(bench.Spool.Entries()[0])!.Recipients[0].Error);
        await RunAsync(bench, new(Force: true));
        Assert.Equal("Completed", bench.Log[^2]);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task The_target_of_an_alias_may_be_held_too()
    {
        await using var bench = Bench("hold_domains = held.test");
        await bench.SendAsync("s@mbox.test", "x@alias.test");
        await bench.IdleAsync();
        Assert.Equal(["== v@held.test <x@alias.test> defer (-23): domain is held", "=> u <x@alias.test> R=local T=mbox"], bench.Log);
        await RunAsync(bench, new(Force: true));
        Assert.Equal(2, bench.Copies("box"));
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task Queued_domains_wait_for_a_queue_run()
    {
        await using var bench = Bench("queue_domains = queued.test");
        await bench.SendAsync("s@mbox.test", "u@queued.test");
        await bench.IdleAsync();
        Assert.Equal(["== u@queued.test routing defer (-56): domain is in queue_domains"], bench.Log);
        await RunAsync(bench, new());
        Assert.Contains("=> u <u@queued.test> R=local T=mbox", bench.Log);
        Assert.Empty(bench.Spool.Entries());
    }

    [Theory]
    [InlineData("queue_smtp_domains = *.remote.test", false)]
    [InlineData("", true)]
    public async Task Remote_deliveries_wait_for_a_queue_run_where_the_rules_or_the_message_ask_for_it(string main, bool firstPass)
    {
        await using var server = new ScriptedServer();
        await using var bench = Bench(main, server.Port);
        var facts = firstPass ? ImmutableDictionary<string, string>.Empty.Add(ScriptMta.Reception.EnvelopeFacts.FirstPass, "yes") : ImmutableDictionary<string, string>.Empty;
        await bench.CommitAsync("s@mbox.test", "Subject: s\n", "x\r\n", default, facts, new(MailAddress.Split("a@x.remote.test")), new(MailAddress.Split("u@mbox.test")));
        await bench.IdleAsync();
        Assert.Equal(["=> u <u@mbox.test> R=local T=mbox"], bench.Log);
        await RunAsync(bench, new());
        Assert.Single(server.Messages);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task Remote_deliveries_of_a_message_go_in_the_order_asked_for()
    {
        await using var server = new ScriptedServer();
        await using var bench = Bench("remote_max_parallel = 1\nremote_sort_domains = c.remote.test : *.z.remote.test", server.Port);
        await bench.SendAsync("s@mbox.test", "u@a.remote.test", "u@b.z.remote.test", "u@c.remote.test", "u@d.remote.test");
        await bench.IdleAsync();
        Assert.Equal(["u@c.remote.test", "u@b.z.remote.test", "u@a.remote.test", "u@d.remote.test"], bench.Log.Where(l => l.StartsWith("=> ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1]));
    }

    [Fact]
    public async Task A_queue_run_ends_when_the_load_is_too_high_but_not_a_forced_one()
    {
        await using var bench = new QueueBench("deliver_queue_load_max = 2.5\n" + Rules.Replace("PORT", "1"), machine: new() { Load = static () => 3000 });
        bench.Queue.Start(everything: true);
        await bench.CommitAsync("s@mbox.test", "Subject: s\n", "x\r\n", new(QueueOnly: true), "u@mbox.test");
        await RunAsync(bench, new());
        Assert.Equal($"Abandon queue run: pid={Environment.ProcessId} (load 3.00, max 2.50)", bench.Log[1]);
        Assert.Single(bench.Spool.Entries());
        await RunAsync(bench, new(Force: true));
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task A_suspended_destination_gets_nothing_and_its_messages_say_why()
    {
        await using var server = new ScriptedServer();
        await using var bench = Bench("", server.Port);
        bench.Queue.Suspend("*.remote.test", "moving house", "root");
        await bench.SendAsync("s@mbox.test", "a@x.remote.test");
        await bench.IdleAsync();
        await RunAsync(bench, new(Force: true));
        Assert.Equal("destination *.remote.test suspended by root: moving house", bench.Log[0]);
        Assert.Equal("== a@x.remote.test R=remote T=smtp defer (-1): destination is suspended: moving house", bench.Log[1]);
        Assert.Equal("destination is suspended: moving house", bench.Queue.Describe(bench.Spool.Entries()[0])!.Recipients[0].Error);
        Assert.Equal([("*.remote.test", "moving house", "root")], bench.Queue.Suspended().Select(s => (s.Pattern, s.Reason, s.By)));
        Assert.Empty(server.Messages);
        Assert.True(bench.Queue.Resume("*.remote.test", "root"));
        Assert.False(bench.Queue.Resume("*.remote.test", "root"));
        await bench.IdleAsync();
        Assert.Single(server.Messages);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public void Suspensions_outlive_a_restart()
    {
        var folder = Directory.CreateTempSubdirectory("scriptmta-suspend-").FullName;
        try
        {
            var clock = TimeProvider.System;
            using (var store = new ScriptMta.Spool.HintStore(clock))
            {
                store.Keep(folder, new ScriptMta.Spool.PosixSpoolFiles(), Assert.Fail);
                new Suspensions(store).Add(new("mx.example.com", "weg", "ops", clock.GetUtcNow()));
            }
            using var again = new ScriptMta.Spool.HintStore(clock);
            again.Keep(folder, new ScriptMta.Spool.PosixSpoolFiles(), Assert.Fail);
            var suspensions = new Suspensions(again);
            Assert.Equal("weg", suspensions.Reason(new("smtp", "k", "k", false, "example.com", ["mx.example.com:25"])));
            Assert.Null(suspensions.Reason(new("smtp", "k", "k", false, "example.com", ["mx2.example.com"])));
            Assert.True(suspensions.Remove("mx.example.com"));
        }
        finally { Directory.Delete(folder, recursive: true); }
    }
}
