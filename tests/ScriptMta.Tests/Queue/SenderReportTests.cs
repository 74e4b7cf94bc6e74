using System.Collections.Immutable;
using ScriptMta.Mail;
using ScriptMta.Reception;
using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Queue;

/// <summary>Reports of success, bounces of bounces, and who is told of frozen messages.</summary>
public sealed class SenderReportTests
{
    const string Rules = """
        begin routers
        fail:
          driver = redirect
          local_parts = failme
          data = :fail: never
          allow_fail
        list:
          driver = redirect
          local_parts = list
          data = one@test.org, two@test.org, far@remote.test
        alias:
          driver = redirect
          local_parts = alias
          data = one@test.org
        held:
          driver = redirect
          local_parts = held
          data = "#Exim filter\nfreeze text \"look at this\"\n"
          allow_filter
          allow_freeze
          user = root
        remote:
          driver = manualroute
          domains = remote.test
          route_list = * 127.0.0.1
          self = send
          transport = smtp
        local:
          driver = accept
          transport = box
        begin transports
        box:
          driver = appendfile
          file = DIR/mail/box
          message_prefix =
          message_suffix =
        smtp:
          driver = smtp
          port = PORT
          allow_localhost
        """;

    static QueueBench Bench(string main = "", int port = 1) => new(main + "\n" + Rules.Replace("PORT", port.ToString(System.Globalization.CultureInfo.InvariantCulture)));

    static Recipient To(string address, string? notify, string? original = null) => new(MailAddress.Split(address), Notify: notify, OriginalRecipient: original);

    static async Task<string> SuccessAsync(int port, params Recipient[] recipients)
    {
        await using var bench = Bench(port: port);
        bench.Queue.Start(everything: true);
        await bench.CommitAsync("s@test.org", "Subject: s\nMessage-ID: <m@x>\n", "the text\r\n", default, ImmutableDictionary<string, string>.Empty.Add("dsn_envid", "E1"), recipients);
        await bench.IdleAsync();
        Assert.Empty(bench.Spool.Entries());
        return string.Join('\n', bench.Mailbox("box").Split("Received: from").Skip(1));
    }

    [Fact]
    public async Task A_delivery_into_a_mailbox_is_confirmed_to_who_asked_for_it()
    {
        var report = await SuccessAsync(1, To("alias@test.org", "SUCCESS,FAILURE", "rfc822;Alias@Other.test"), To("two@test.org", null), To("three@test.org", "FAILURE"));
        Assert.Contains("Subject: Delivery Status Notification\n", report);
        Assert.Contains("Auto-Submitted: auto-generated\n", report);
        Assert.Contains("----- The following addresses had successful delivery notifications -----\n<alias@test.org> (delivered)\n", report);
        Assert.Contains("Original-Envelope-ID: E1\n\nOriginal-Recipient: rfc822;Alias@Other.test\nAction: delivered\nFinal-Recipient: rfc822;alias@test.org\nStatus: 2.0.0\n", report);
        Assert.Contains("Content-type: text/rfc822-headers\n\nReturn-path: <s@test.org>\n", report);
        Assert.DoesNotContain("the text", report);
        Assert.DoesNotContain("two@test.org", report);
        Assert.DoesNotContain("three@test.org", report);
    }

    [Fact]
    public async Task What_a_server_takes_that_sends_no_reports_is_relayed()
    {
        await using var server = new ScriptedServer(("end", "250 taken"));
        var report = await SuccessAsync(server.Port, To("far@remote.test", "SUCCESS"));
        Assert.Contains("<far@remote.test> (relayed to non-DSN-aware mailer)\n", report);
        Assert.Contains("Action: relayed\nFinal-Recipient: rfc822;far@remote.test\nStatus: 2.0.0\nRemote-MTA: dns; 127.0.0.1\nDiagnostic-Code: smtp; 250 taken\n", report);
    }

    [Fact]
    public async Task What_a_server_takes_that_sends_reports_is_its_business()
    {
        await using var server = new ScriptedServer(("ehlo", "250-sink\r\n250 DSN"));
        Assert.DoesNotContain("Delivery Status", await SuccessAsync(server.Port, To("far@remote.test", "SUCCESS")));
        Assert.Contains("RCPT TO:<far@remote.test> NOTIFY=SUCCESS", server.Commands);
    }

    [Fact]
    public async Task An_address_that_becomes_several_is_reported_once_as_expanded()
    {
        await using var server = new ScriptedServer(("ehlo", "250-sink\r\n250 DSN"));
        var report = await SuccessAsync(server.Port, To("list@test.org", "SUCCESS,FAILURE"));
        Assert.Equal(1, report.Split("Action: ").Length - 1);
        Assert.Contains("Action: expanded\nFinal-Recipient: rfc822;list@test.org\n", report);
        Assert.DoesNotContain("SUCCESS", server.Commands);
        Assert.Contains("NOTIFY=FAILURE", server.Commands);
    }

    [Fact]
    public async Task A_bounce_that_fails_goes_to_double_bounce_to()
    {
        await using var bench = Bench("double_bounce_to = postmaster@test.org");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("", "failme@test.org");
        await bench.IdleAsync();
        Assert.Contains("=> postmaster <postmaster@test.org> R=local T=box", bench.Log);
        Assert.Contains("To: postmaster@test.org\n", bench.Mailbox("box"));
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task A_double_bounce_that_fails_goes_no_further()
    {
        await using var bench = Bench("double_bounce_to = failme@test.org");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("", "failme@test.org");
        await bench.IdleAsync();
        Assert.Equal("Frozen (delivery error message)", bench.Log[^1]);
        Assert.Single(bench.Spool.Entries());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Freeze_tell_hears_of_what_an_ACL_freezes_unless_it_says_no_tell(bool quietly)
    {
        await using var bench = Bench("freeze_tell = watch@test.org");
        bench.Queue.Start(everything: true);
        var facts = quietly ? ImmutableDictionary<string, string>.Empty.Add(EnvelopeFacts.FrozenQuietly, "yes") : ImmutableDictionary<string, string>.Empty;
        var id = await bench.CommitAsync("s@test.org", "Subject: s\n", "body\r\n", new(Frozen: true), facts, To("u@test.org", null));
        for (var i = 0; i < 100 && !quietly && bench.Mailbox("box").Length == 0; i++) await Task.Delay(20);
        await bench.IdleAsync();
        Assert.Equal(quietly, !bench.Mailbox("box").Contains($"Subject: Message frozen on arrival\n", StringComparison.Ordinal));
        if (!quietly) Assert.EndsWith($"\n\nMessage {id} was frozen on arrival by ACL.\nThe sender is <s@test.org>.\n", bench.Mailbox("box"));
    }

    [Fact]
    public async Task Freeze_tell_hears_of_what_a_router_freezes()
    {
        await using var bench = Bench("freeze_tell = watch@test.org");
        bench.Queue.Start(everything: true);
        var id = await bench.SendAsync("s@test.org", "held@test.org");
        await bench.IdleAsync();
        Assert.EndsWith($"\n\nMessage {id} has been frozen.\nThe sender is <s@test.org>.\n\nThe following address(es) have yet to be delivered:\n  held@test.org: look at this\n", bench.Mailbox("box"));
    }

    [Fact]
    public async Task A_bounce_names_whom_the_postmaster_wants_in_AUTH()
    {
        await using var bench = Bench("bounce_sender_authentication = bounces@test.org\nqueue_only");
        bench.Queue.Start(everything: true);
        var id = await bench.SendAsync("s@test.org", "failme@test.org");
        await bench.Queue.DeliverAsync(id, CancellationToken.None);
        var bounce = await bench.Spool.ReadAsync(Assert.Single(bench.Spool.Entries()).Id, CancellationToken.None);
        Assert.Equal("bounces@test.org", bounce!.Envelope.Facts["authenticated_sender"]);
    }

    [Fact]
    public async Task After_timeout_frozen_after_a_bounce_is_dropped_and_a_message_goes_back()
    {
        await using var bench = Bench("timeout_frozen_after = 2h");
        bench.Queue.Start(everything: true);
        await bench.CommitAsync("", "Subject: s\n", "body\r\n", new(Frozen: true), "u@test.org");
        bench.Clock.Advance(TimeSpan.FromHours(3));
        await bench.Queue.RunAsync(new(), CancellationToken.None);
        await bench.IdleAsync();
        Assert.Equal(["cancelled by timeout_frozen_after", "Completed"], bench.Log.Where(l => !l.Contains("queue run", StringComparison.Ordinal)));
        await bench.CommitAsync("s@test.org", "Subject: s\n", "body\r\n", new(Frozen: true), "u@test.org");
        bench.Clock.Advance(TimeSpan.FromHours(3));
        await bench.Queue.RunAsync(new(), CancellationToken.None);
        await bench.IdleAsync();
        Assert.Contains("X-Failed-Recipients: u@test.org", bench.Mailbox("box"));
    }

    [Fact]
    public async Task A_frozen_bounce_is_tried_once_more_after_ignore_bounce_errors_after()
    {
        await using var bench = Bench("ignore_bounce_errors_after = 2h");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("", "failme@test.org");
        await bench.IdleAsync();
        bench.Clock.Advance(TimeSpan.FromHours(3));
        await bench.Queue.RunAsync(new(), CancellationToken.None);
        await bench.IdleAsync();
        Assert.Equal(["Unfrozen by errmsg timer", "** failme@test.org R=fail: never", "failme@test.org: error ignored", "Completed"], bench.Log.Skip(2).Where(l => !l.Contains("queue run", StringComparison.Ordinal)));
    }
}
