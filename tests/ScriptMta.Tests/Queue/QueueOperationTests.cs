using ScriptMta.Mail;
using ScriptMta.Queue;

namespace ScriptMta.Tests.Queue;

/// <summary>Answers and log lines as Exim 4.96 gave them.</summary>
public sealed class QueueOperationTests
{
    const string Rules = """
        begin routers
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
        begin retry
        * * F,2h,15m
        """;

    [Fact]
    public async Task Messages_are_held_let_go_changed_and_removed()
    {
        await using var bench = new QueueBench(Rules);
        bench.Queue.Start(everything: true);
        var queue = bench.Queue;
        var id = await bench.CommitAsync("s@mbox.test", "Subject: s\n", "b\r\n", new(QueueOnly: true), "a@mbox.test", "b@mbox.test");
        async Task Says(string words, ValueTask<EditAnswer> answer, bool done = true) => Assert.Equal(new EditAnswer(done, words), await answer);
        var none = CancellationToken.None;
        await Says("is now frozen", queue.FreezeAsync(id, "root", none));
        await Says("is already frozen", queue.FreezeAsync(id, "root", none), done: false);
        await Says("has been modified", queue.AddRecipientsAsync(id, [new("c", "mbox.test"), new("d", "mbox.test")], "root", none));
        await Says("has been modified", queue.EditSenderAsync(id, new("new", "x.test"), "root", none));
        await Says("has been modified", queue.MarkDeliveredAsync(id, [new("a", "mbox.test")], "root", none));
        await Says("- error while marking as delivered:\n  nosuch@x.test is not a recipient: message not updated", queue.MarkDeliveredAsync(id, [new("nosuch", "x.test")], "root", none), done: false);
        Assert.Equal(["frozen by root", "recipient <c@mbox.test> added by root", "recipient <d@mbox.test> added by root", "sender address changed to <new@x.test> by root",
            "address <a@mbox.test> marked delivered by root"], bench.Log);
        var listing = queue.Describe(Assert.Single(bench.Spool.Entries()))!;
        Assert.Equal(("new@x.test", true, false), (listing.Sender, listing.Frozen, listing.BeingDelivered));
        Assert.Equal(["a@mbox.test:True", "b@mbox.test:False", "c@mbox.test:False", "d@mbox.test:False"], listing.Recipients.Select(r => $"{r.Address}:{r.Done}"));
        await Says("is no longer frozen", queue.ThawAsync(id, "root", none));
        await bench.IdleAsync();
        Assert.Equal(3, bench.Copies("box"));
        await Says("does not exist", queue.FreezeAsync(id, "root", none), done: false);
    }

    [Fact]
    public async Task A_removed_message_is_gone_and_a_cancelled_one_comes_back_to_its_sender()
    {
        await using var bench = new QueueBench(Rules);
        bench.Queue.Start(everything: true);
        var removed = await bench.CommitAsync("s@mbox.test", "Subject: s\n", "b\r\n", new(Frozen: true), "a@mbox.test");
        Assert.Equal(EditAnswer.Made("has been removed"), await bench.Queue.RemoveAsync(removed, "root", CancellationToken.None));
        Assert.Equal(["removed by root", "Completed"], bench.Log);
        var cancelled = await bench.CommitAsync("s@mbox.test", "Subject: s\n", "b\r\n", new(Frozen: true), "a@mbox.test");
        await bench.Queue.GiveUpAsync(cancelled, "root", CancellationToken.None);
        await bench.IdleAsync();
        Assert.Contains("delivery cancelled by administrator", bench.Mailbox("box"));
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task A_forced_delivery_does_not_wait_for_its_time()
    {
        await using var bench = new QueueBench(Rules);
        var id = await bench.CommitAsync("s@mbox.test", "Subject: s\n", "b\r\n", new(Frozen: true), "a@mbox.test");
        Assert.True(await bench.Queue.DeliverAsync(id, forced: true, CancellationToken.None));
        Assert.Equal(1, bench.Copies("box"));
        Assert.False(await bench.Queue.DeliverAsync(id, forced: true, CancellationToken.None));
    }

    [Fact]
    public async Task A_frozen_message_is_named_by_each_run_and_thawed_by_a_forced_one()
    {
        await using var bench = new QueueBench(Rules);
        await bench.CommitAsync("s@mbox.test", "Subject: s\n", "b\r\n", new(Frozen: true), "a@mbox.test");
        await bench.Queue.RunAsync(new(), CancellationToken.None);
        Assert.Equal("Message is frozen", bench.Log[1]);
        await bench.Queue.RunAsync(new(Frozen: true), CancellationToken.None);
        Assert.Contains("Unfrozen by forced delivery", bench.Log);
        Assert.Equal(1, bench.Copies("box"));
    }

    [Fact]
    public async Task An_address_that_no_router_takes_is_logged_without_one()
    {
        await using var bench = new QueueBench(Rules);
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "u@elsewhere.test");
        await bench.IdleAsync();
        Assert.Contains("** u@elsewhere.test: Unrouteable address", bench.Log);
    }

    [Fact]
    public async Task A_bounce_says_which_command_failed_and_whose_it_was()
    {
        await using var bench = new QueueBench(Rules.Replace("begin routers", "begin routers\npipes:\n  driver = redirect\n  domains = pipe.test\n  data = |/bin/false\n  pipe_transport = pipe\n", StringComparison.Ordinal)
            .Replace("begin transports", "begin transports\npipe:\n  driver = pipe\n", StringComparison.Ordinal));
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "u@pipe.test");
        await bench.IdleAsync();
        Assert.Contains("\n  pipe to |/bin/false\n    generated by u@pipe.test\n    local delivery failed\n", bench.Mailbox("box"));
        Assert.Matches(@"Received: from \S+ by \S+ with local \(ScriptMta [\d.]+\)", bench.Mailbox("box"));
    }

    [Fact]
    public async Task Frozen_messages_are_thawed_or_dropped_in_time()
    {
        await using var bench = new QueueBench("auto_thaw = 3h\n" + Rules);
        bench.Queue.Start(everything: true);
        var id = await bench.CommitAsync("s@mbox.test", "Subject: s\n", "b\r\n", new(QueueOnly: true), "a@mbox.test");
        await bench.Queue.FreezeAsync(id, "root", CancellationToken.None);
        await bench.RestartAsync();
        bench.Clock.Advance(TimeSpan.FromHours(4));
        await bench.Queue.RunAsync(new(), CancellationToken.None);
        await bench.Queue.DeliverAsync(id, forced: true, CancellationToken.None);
        Assert.Equal(1, bench.Copies("box"));
    }
}
