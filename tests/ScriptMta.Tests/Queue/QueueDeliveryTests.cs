using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Queue;

public sealed class QueueDeliveryTests
{
    const string Local = """
        begin routers
        remote:
          driver = manualroute
          domains = remote.test
          route_list = * 127.0.0.1
          self = send
          transport = smtp
        aliases:
          driver = redirect
          domains = alias.test
          data = ${if eq{$local_part}{team}{a@mbox.test, b@mbox.test, a@mbox.test}{${if eq{$local_part}{gone}{:blackhole:}{:fail: no such list}}}}
          allow_fail
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
          file = DIR/mail/${if match{$local_part_data$local_part}{\N^(\w+)$\N}{box}{box}}
          message_prefix =
          message_suffix =
        broken:
          driver = appendfile
          file = DIR/absent/x
          no_create_directory
        smtp:
          driver = smtp
          port = PORT
          allow_localhost
          command_timeout = 2s
        begin retry
        * * F,2h,15m; G,16h,1h,1.5; F,4d,6h
        """;

    static QueueBench Bench(int port = 1, string main = "") => new(main + "\n" + Local.Replace("PORT", port.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    [Fact]
    public async Task A_message_is_delivered_at_once_logged_as_Exim_does_and_gone()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "u@mbox.test");
        await bench.IdleAsync();
        Assert.Equal(["=> u <u@mbox.test> R=local T=mbox", "Completed"], bench.Log);
        Assert.Equal("Subject: s\n\nbody\n", bench.Mailbox("box"));
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task Remote_recipients_share_one_transaction()
    {
        await using var server = new ScriptedServer();
        await using var bench = Bench(server.Port);
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test", "b@remote.test");
        await bench.IdleAsync();
        Assert.Equal(["=> a@remote.test R=remote T=smtp H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"", "-> b@remote.test R=remote T=smtp H=127.0.0.1 [127.0.0.1] C=\"250 OK id=abc\"", "Completed"], bench.Log);
        Assert.Single(server.Messages);
    }

    [Fact]
    public async Task Aliases_reach_each_address_once_and_blackholes_count_as_delivered()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "team@alias.test", "gone@alias.test", "a@mbox.test");
        await bench.IdleAsync();
        Assert.Equal(2, bench.Copies("box"));
        Assert.Contains("=> :blackhole: <gone@alias.test> R=aliases", bench.Log);
        Assert.Equal("Completed", bench.Log[^1]);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task A_failed_address_comes_back_as_a_report_from_nobody()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        var id = await bench.SendAsync("s@mbox.test", "nobody@alias.test", "u@mbox.test");
        await bench.IdleAsync();
        Assert.Contains("** nobody@alias.test R=aliases: no such list", bench.Log);
        Assert.Contains(bench.Log, l => l.StartsWith($"<= <> R={id} U=", StringComparison.Ordinal));
        Assert.Contains("=> s <s@mbox.test> R=local T=mbox", bench.Log);
        var text = bench.Mailbox("box");
        Assert.Contains("X-Failed-Recipients: nobody@alias.test\n", text);
        Assert.Contains("Auto-Submitted: auto-replied\n", text);
        Assert.Contains("Content-Type: multipart/report; report-type=delivery-status;", text);
        Assert.Contains("Action: failed\nFinal-Recipient: rfc822;nobody@alias.test\n", text);
        Assert.Contains("Return-path: <s@mbox.test>\nSubject: s\n\nbody\n", text);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task Who_asked_not_to_be_told_is_not_told_and_RET_says_what_comes_back()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        var facts = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("dsn_ret", "HDRS").Add("dsn_envid", "QQ314");
        Recipient Of(string address, string? notify, string? original = null) => new(MailAddress.Split(address), Notify: notify, OriginalRecipient: original);
        await bench.CommitAsync("s@mbox.test", "Subject: s\n", "the text\r\n", default, facts,
            Of("never@alias.test", "NEVER"), Of("success@alias.test", "SUCCESS,DELAY"), Of("told@alias.test", "SUCCESS,FAILURE", "rfc822;Told@Other.test"), Of("usual@alias.test", null));
        await bench.CommitAsync("s@mbox.test", "Subject: s\n", "the text\r\n", default, facts, Of("never@alias.test", "NEVER"));
        await bench.IdleAsync();
        var text = bench.Mailbox("box");
        Assert.Equal(1, bench.Copies("box"));
        Assert.DoesNotContain("never@alias.test", text.Replace("** never@alias.test", ""), StringComparison.Ordinal);
        Assert.DoesNotContain("success@alias.test", text, StringComparison.Ordinal);
        Assert.Contains("Original-Envelope-ID: QQ314\n", text, StringComparison.Ordinal);
        Assert.Contains("Original-Recipient: rfc822;Told@Other.test\nAction: failed\nFinal-Recipient: rfc822;told@alias.test\n", text, StringComparison.Ordinal);
        Assert.Contains("Final-Recipient: rfc822;usual@alias.test\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("the text", text, StringComparison.Ordinal);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task A_bounce_is_rewritten_as_what_a_local_program_sends_is()
    {
        await using var bench = Bench(main: "begin rewrite\nMailer-Daemon@* daemon@other.test f\nsnew@* s2@mbox.test T\nnever@* x@x.test");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("snew@mbox.test", "nobody@alias.test");
        await bench.IdleAsync();
        Assert.Contains("=> s2 <s2@mbox.test> R=local T=mbox", bench.Log);
        var text = bench.Mailbox("box");
        Assert.Contains("From: Mail Delivery System <daemon@other.test>\nTo: snew@mbox.test\n", text);
    }

    [Fact]
    public async Task A_failing_bounce_is_frozen_and_in_the_end_ignored()
    {
        await using var bench = Bench(main: "ignore_bounce_errors_after = 2d");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("", "nobody@alias.test");
        await bench.IdleAsync();
        Assert.Equal(["** nobody@alias.test R=aliases: no such list", "Frozen (delivery error message)"], bench.Log);
        Assert.True(bench.Spool.Entries()[0].Frozen);
        bench.Clock.Advance(TimeSpan.FromDays(3));
        await bench.Queue.RunAsync(new(Frozen: true), CancellationToken.None);
        Assert.Contains("nobody@alias.test: error ignored", bench.Log);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task Deferrals_follow_the_retry_rule_and_end_in_a_bounce()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "x@broken.test");
        await bench.IdleAsync();
        var tried = new List<double> { 0 };
        double hours = 0;
        while (bench.Spool.Entries().Count > 0 && hours < 200)
        {
            var before = bench.Log.Count(l => l.StartsWith("== x@broken.test R=broken T=broken defer (2): No such file or directory: creating lock file hitching post", StringComparison.Ordinal));
            await bench.PassAsync(TimeSpan.FromMinutes(5));
            hours += 5 / 60.0;
            if (bench.Log.Count(l => l.StartsWith("== x@broken.test", StringComparison.Ordinal)) > before || bench.Spool.Entries().Count == 0) tried.Add(Math.Round(hours, 2));
        }
        // 15 minutes for two hours, then an hour, growing by half, until 16 hours; then every 6 hours until four days.
        Assert.Equal([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.25, 3.25, 4.75, 7, 10.42, 15.5, 23.17, 29.17, 35.17], tried.Take(18));
        Assert.InRange(hours, 96, 103);
        Assert.Contains("** x@broken.test: retry timeout exceeded", bench.Log);
        Assert.Contains("X-Failed-Recipients: x@broken.test", bench.Mailbox("box"));
    }

    [Fact]
    public async Task The_sender_is_warned_of_a_delay_once()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "x@broken.test");
        await bench.IdleAsync();
        for (var i = 0; i < 30; i++) await bench.PassAsync(TimeSpan.FromHours(1));
        Assert.Equal(1, bench.Mailbox("box").Split(" delayed 24 hours\n").Length - 1);
        Assert.Contains("Action: delayed", bench.Mailbox("box"));
    }

    [Fact]
    public async Task Without_retry_rules_a_temporary_error_is_final()
    {
        await using var bench = new QueueBench(Local.Replace("PORT", "1").Split("begin retry")[0]);
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "x@broken.test");
        await bench.IdleAsync();
        Assert.Contains("** x@broken.test: retry timeout exceeded", bench.Log);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task A_host_that_refuses_is_left_alone_until_its_time_by_other_messages_too()
    {
        int closed;
        await using (var gone = new ScriptedServer()) closed = gone.Port;
        await using var bench = Bench(closed);
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        Assert.Equal(["H=127.0.0.1 [127.0.0.1] Connection refused", "== a@remote.test R=remote T=smtp defer (111): Connection refused"], bench.Log);
        await bench.SendAsync("s@mbox.test", "b@remote.test");
        await bench.IdleAsync();
        Assert.Equal("== b@remote.test R=remote T=smtp defer (-54): retry time not reached for any host for 'remote.test'", bench.Log[^1]);
        await bench.PassAsync(TimeSpan.FromMinutes(15));
        // Both are due together: the second may ask before the first has been refused again.
        Assert.InRange(bench.Log.Count(l => l.EndsWith("Connection refused", StringComparison.Ordinal) && l.StartsWith("H=", StringComparison.Ordinal)), 2, 3);
    }

    [Fact]
    public async Task After_a_restart_only_what_was_not_done_is_tried_again()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "u@mbox.test", "team@alias.test", "x@broken.test");
        await bench.IdleAsync();
        Assert.Equal(3, bench.Copies("box"));
        await bench.RestartAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Equal(3, bench.Copies("box"));
        Assert.Equal(2, bench.Log.Count(l => l.StartsWith("== x@broken.test", StringComparison.Ordinal)));
        var listing = bench.Queue.Describe(Assert.Single(bench.Spool.Entries()))!;
        Assert.Equal([("u@mbox.test", true), ("team@alias.test", true), ("x@broken.test", false)], listing.Recipients.Select(r => (r.Address, r.Done)));
        Assert.Contains("hitching post", listing.Recipients[2].Error);
    }

    [Fact]
    public async Task A_message_to_a_thousand_reaches_each_once_and_small_ones_do_not_wait_for_it()
    {
        await using var bench = Bench();
        var big = await bench.SendAsync("s@mbox.test", [.. Enumerable.Range(0, 1000).Select(i => $"u{i}@mbox.test")]);
        await bench.SendAsync("s@mbox.test", "small@mbox.test");
        bench.Queue.Start(everything: true);
        await bench.IdleAsync();
        Assert.Equal(1001, bench.Copies("box"));
        Assert.Equal(1001, bench.Log.Count(l => l.StartsWith("=> ", StringComparison.Ordinal)));
        Assert.True(bench.Log.ToList().FindIndex(l => l.StartsWith("=> small", StringComparison.Ordinal)) < 900);
        Assert.Null(bench.Spool.Find(big));
    }

    [Fact]
    public async Task A_loop_of_Received_lines_is_cut()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        await bench.CommitAsync("s@mbox.test", string.Concat(Enumerable.Repeat("Received: from x\n", 31)) + "Subject: s\n", "b\r\n", default, "u@mbox.test");
        await bench.IdleAsync();
        Assert.Contains("** u@mbox.test: Too many \"Received\" headers - suspected mail loop", bench.Log);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task Queued_only_messages_wait_for_a_run()
    {
        await using var bench = Bench();
        bench.Queue.Start(everything: true);
        await bench.CommitAsync("s@mbox.test", "Subject: s\n", "b\r\n", new(QueueOnly: true), "u@mbox.test");
        await bench.IdleAsync();
        Assert.Empty(bench.Log);
        await bench.Queue.RunAsync(new(Recipient: "other"), CancellationToken.None);
        Assert.Equal(0, bench.Copies("box"));
        await bench.Queue.RunAsync(new(Recipient: "U@MBOX"), CancellationToken.None);
        Assert.Equal(1, bench.Copies("box"));
        Assert.Contains($"Start queue run: pid={System.Environment.ProcessId} -R U@MBOX", bench.Log);
    }

    [Fact]
    public async Task A_command_without_a_daemon_delivers_what_it_committed_and_nothing_else()
    {
        await using var bench = Bench();
        await bench.SendAsync("s@mbox.test", "old@mbox.test");
        bench.Queue.Start(everything: false);
        await bench.SendAsync("s@mbox.test", "new@mbox.test");
        await bench.IdleAsync();
        Assert.Equal(["=> new <new@mbox.test> R=local T=mbox", "Completed"], bench.Log);
    }

    [Fact]
    public async Task Stopping_leaves_the_undone_in_the_queue()
    {
        await using var server = new ScriptedServer(("banner", "HANG"));
        await using var bench = Bench(server.Port);
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        for (var i = 0; i < 100 && server.Connections == 0; i++) await Task.Delay(20);
        var stopping = bench.Queue.StopAsync(TimeSpan.FromSeconds(10)).AsTask();
        Assert.False(stopping.IsCompleted);
        bench.Clock.Advance(TimeSpan.FromSeconds(10));
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Single(bench.Spool.Entries());
    }

    [Fact]
    public async Task An_unseen_copy_that_waits_is_tried_again_without_the_original()
    {
        await using var bench = new QueueBench(Local.Replace("PORT", "1").Replace("begin routers\n", """
            begin routers
            copy:
              driver = accept
              domains = mbox.test
              transport = broken
              unseen

            """));
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@elsewhere.test", "u@mbox.test");
        await bench.IdleAsync();
        Assert.Equal(1, bench.Copies("box"));
        Assert.Single(bench.Spool.Entries());
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Equal(1, bench.Copies("box"));
        Assert.Equal(2, bench.Log.Count(l => l.StartsWith("== u@mbox.test R=copy T=broken", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_host_that_failed_past_the_last_cutoff_bounces_new_mail_at_once()
    {
        int closed;
        await using (var gone = new ScriptedServer()) closed = gone.Port;
        await using var bench = new QueueBench(Local.Replace("PORT", closed.ToString(System.Globalization.CultureInfo.InvariantCulture)).Replace("F,2h,15m; G,16h,1h,1.5; F,4d,6h", "F,1h,30m"));
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        for (var i = 0; i < 2; i++) await bench.PassAsync(TimeSpan.FromMinutes(31));
        Assert.Contains("** a@remote.test: retry timeout exceeded", bench.Log);
        await bench.SendAsync("s@mbox.test", "b@remote.test");
        await bench.IdleAsync();
        Assert.Contains("** b@remote.test R=remote T=smtp: all hosts for 'remote.test' have been failing for a long time (and retry time not reached)", bench.Log);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task A_transport_that_asks_for_it_freezes_the_message()
    {
        await using var bench = new QueueBench(Local.Replace("PORT", "1\n  hosts = 127.0.0.1\n  hosts_override").Replace("allow_localhost", ""));
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        Assert.True(Assert.Single(bench.Spool.Entries()).Frozen);
        await bench.PassAsync(TimeSpan.FromDays(1));
        Assert.Single(bench.Log, l => l.StartsWith("==", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_recipient_whose_alias_changed_is_not_kept_waiting_by_what_it_was()
    {
        await using var bench = new QueueBench(Local.Replace("PORT", "1").Replace("driver = redirect\n", "driver = redirect\n  condition = ${if exists{DIR/alias}}\n").Replace("a@mbox.test, b@mbox.test, a@mbox.test", "x@broken.test")
            .Replace("domains = mbox.test", "domains = mbox.test : alias.test"));
        File.WriteAllText(bench.Directory + "/alias", "");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "team@alias.test");
        await bench.IdleAsync();
        Assert.Single(bench.Spool.Entries());
        File.Delete(bench.Directory + "/alias");
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Equal(1, bench.Copies("box"));
        Assert.Empty(bench.Spool.Entries());
    }
}
