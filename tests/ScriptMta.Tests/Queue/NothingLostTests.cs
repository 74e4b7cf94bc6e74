using ScriptMta.Mail;
using ScriptMta.Queue;

namespace ScriptMta.Tests.Queue;

/// <summary>Ways in which a message that was accepted could be lost, or come again and again: each was possible once.</summary>
public sealed class NothingLostTests
{
    const int NoSpace = 28;

    /// <summary>held.test is delivered by a program that waits while DIR/hold is there and says in DIR/started that it does.</summary>
    const string Rules = """
        begin routers
        aliases:
          driver = redirect
          domains = alias.test
          data = ${readfile{DIR/aliases}}
        held:
          driver = accept
          domains = held.test
          transport = held
        broken:
          driver = accept
          domains = broken.test
          transport = broken
        local:
          driver = accept
          domains = mbox.test
          transport = mbox
        begin transports
        mbox:
          driver = appendfile
          file = DIR/mail/box
          message_prefix =
          message_suffix =
        broken:
          driver = appendfile
          file = DIR/absent/box
          no_create_directory
          message_prefix =
          message_suffix =
        held:
          driver = pipe
          command = /bin/sh DIR/held
        begin retry
        * * F,2h,15m; F,4d,6h
        """;

    static QueueBench Bench(string main = "")
    {
        var bench = new QueueBench(main + "\n" + Rules);
        var directory = bench.Directory;
        File.WriteAllText(directory + "/held", $"touch {directory}/started\nn=0\nwhile [ -e {directory}/hold ] && [ $n -lt 600 ]; do n=$((n+1)); sleep 0.05; done\ncat > {directory}/mail/held.$$\n");
        File.WriteAllText(directory + "/hold", "");
        File.WriteAllText(directory + "/aliases", "x@broken.test\n");
        return bench;
    }

    static async Task StartedAsync(QueueBench bench)
    {
        for (var i = 0; i < 500 && !File.Exists(bench.Directory + "/started"); i++) await Task.Delay(20);
        Assert.True(File.Exists(bench.Directory + "/started"));
    }

    static int Held(QueueBench bench) => Directory.GetFiles(bench.Directory + "/mail", "held.*").Length;

    [Fact]
    public async Task An_alias_file_that_cannot_be_read_for_a_while_does_not_settle_what_waits_behind_it()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "team@alias.test");
        await bench.IdleAsync();
        File.Delete(bench.Directory + "/aliases");
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Contains(bench.Log, l => l.StartsWith("== team@alias.test R=aliases defer", StringComparison.Ordinal));
        await bench.PassAsync(TimeSpan.FromMinutes(2)); // x@broken.test is due, team@alias.test is not
        File.WriteAllText(bench.Directory + "/aliases", "x@broken.test\n");
        Directory.CreateDirectory(bench.Directory + "/absent");
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Contains("=> x <team@alias.test> R=broken T=broken", bench.Log);
        Assert.Empty(bench.Spool.Entries());
    }

    [Theory]
    [InlineData("deliver op@held.test")]
    [InlineData("unseen deliver op@held.test")]
    public async Task A_crash_during_a_delivery_that_the_system_filter_made_repeats_it(string filter)
    {
        await using var bench = Bench("system_filter = DIR/filter");
        File.WriteAllText(bench.Directory + "/filter", $"# Exim filter\n{filter}\n");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "u@mbox.test");
        await StartedAsync(bench);
        for (var i = 0; i < 200 && !bench.Log.Any(l => l.StartsWith("=> ", StringComparison.Ordinal)); i++) await Task.Delay(10);
        await bench.CrashAsync();
        File.Delete(bench.Directory + "/hold");
        for (var i = 0; i < 300 && bench.Spool.Entries().Count > 0; i++) await bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(bench.Spool.Entries());
        Assert.InRange(Held(bench), 1, 2);
        Assert.Equal(filter.StartsWith("unseen", StringComparison.Ordinal) ? 1 : 0, bench.Copies("box"));
    }

    [Fact]
    public async Task A_system_filter_may_deliver_to_a_recipient_that_it_takes_the_message_from()
    {
        await using var bench = Bench("system_filter = DIR/filter");
        File.WriteAllText(bench.Directory + "/filter", "# Exim filter\ndeliver u@mbox.test\n");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "u@mbox.test", "v@mbox.test");
        await bench.IdleAsync();
        Assert.Equal(["=> discarded <v@mbox.test> (system filter)", "=> u <u@mbox.test> R=local T=mbox", "Completed"], bench.Log);
        Assert.Equal(1, bench.Copies("box"));
    }

    [Fact]
    public async Task A_recipient_that_the_system_filter_fails_is_bounced_once_while_its_copy_waits()
    {
        await using var bench = Bench("system_filter = DIR/filter");
        File.WriteAllText(bench.Directory + "/filter", "# Exim filter\nif $sender_address is \"\" then finish endif\nunseen deliver x@broken.test\nfail text \"not here\"\n");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "u@mbox.test");
        await bench.IdleAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Equal(1, bench.Mailbox("box").Split("X-Failed-Recipients: u@mbox.test").Length - 1);
    }

    [Fact]
    public async Task What_a_full_disk_could_not_record_is_not_delivered_every_minute()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@held.test");
        await StartedAsync(bench);
        bench.Disk.Fails = NoSpace;
        File.Delete(bench.Directory + "/hold");
        await bench.IdleAsync();
        for (var i = 0; i < 10; i++) await bench.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, Held(bench));
        Assert.Single(bench.Spool.Entries());
        bench.Disk.Fails = 0;
        await bench.PassAsync(TimeSpan.FromMinutes(2));
        Assert.Equal(1, Held(bench));
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task A_body_that_cannot_be_read_makes_its_recipients_wait_and_is_reported()
    {
        await using var bench = Bench();
        await bench.CommitAsync("s@mbox.test", "Subject: s\n", string.Concat(Enumerable.Repeat("0123456789\r\n", 150_000)), default, "u@mbox.test");
        File.Delete(Assert.Single(Directory.GetFiles(bench.Directory + "/spool/bodies")));
        bench.Queue.Start(everything: true);
        await bench.IdleAsync();
        Assert.Contains(bench.Log, l => l.StartsWith("mbox transport failed by an internal error: ", StringComparison.Ordinal));
        Assert.Contains(bench.Log, l => l.StartsWith("== u@mbox.test R=local T=mbox defer", StringComparison.Ordinal));
        Assert.Single(bench.Spool.Entries());
    }

    [Fact]
    public async Task A_recipient_cannot_be_added_to_a_message_that_is_about_to_be_complete()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        var id = await bench.SendAsync("s@mbox.test", "a@held.test");
        await StartedAsync(bench);
        Assert.Equal("is locked", (await bench.Queue.AddRecipientsAsync(id, [new("v", "mbox.test")], "root", CancellationToken.None)).Text);
        File.Delete(bench.Directory + "/hold");
        await bench.IdleAsync();
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public void A_message_may_be_due_later_than_a_timer_can_wait()
    {
        using var schedule = new Schedule(TimeProvider.System, static (_, _) => Task.FromResult(default(AfterTry)));
        schedule.Add(new MessageIdSource(TimeProvider.System, 1).Next(), DateTimeOffset.UtcNow.AddDays(300));
        Assert.True(schedule.IsIdle);
    }
}
