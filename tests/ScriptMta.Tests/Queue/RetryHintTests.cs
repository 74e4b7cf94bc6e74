using System.Globalization;
using ScriptMta.Queue;
using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Queue;

/// <summary>Retry times as all messages share them (Exim chapter 32 and 49.2).</summary>
public sealed class RetryHintTests
{
    const string Rules = """
        begin routers
        remote:
          driver = manualroute
          domains = remote.test
          route_list = * 127.0.0.1
          self = send
          transport = smtp
        later:
          driver = redirect
          domains = later.test
          data = :defer: not now
          allow_defer
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
          file = DIR/absent/x
          no_create_directory
        smtp:
          driver = smtp
          port = PORT
          allow_localhost
          command_timeout = 2s
          SETTING
        begin retry
        * * RULE
        """;

    static QueueBench Bench(int port, string rule = "F,2h,15m; F,4d,6h", string setting = "") =>
        new("log_selector = +retry_defer\n" + Rules.Replace("PORT", port.ToString(CultureInfo.InvariantCulture)).Replace("RULE", rule).Replace("SETTING", setting));

    static async Task<int> ClosedAsync()
    {
        await using var gone = new ScriptedServer();
        return gone.Port;
    }

    [Fact]
    public async Task A_hosts_time_is_kept_over_a_restart()
    {
        await using var bench = Bench(await ClosedAsync());
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        await bench.RestartAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(5));
        await bench.SendAsync("s@mbox.test", "b@remote.test");
        await bench.IdleAsync();
        Assert.Equal("== b@remote.test R=remote T=smtp defer (-54): retry time not reached for any host for 'remote.test'", bench.Log[^1]);
        Assert.Single(bench.Log, l => l.StartsWith("H=", StringComparison.Ordinal));
        Assert.EndsWith(" 111 Connection refused; next in 10", Assert.Single(bench.Retries));
    }

    [Fact]
    public async Task Two_messages_that_fail_together_count_once()
    {
        await using var bench = Bench(await ClosedAsync(), "G,2d,10m,3");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        await bench.SendAsync("s@mbox.test", "b@remote.test");
        await bench.IdleAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(10));
        await bench.PassAsync(TimeSpan.FromMinutes(1));
        Assert.EndsWith("; next in 29", Assert.Single(bench.Retries));
    }

    [Fact]
    public async Task An_address_that_the_rules_defer_has_a_routing_time_and_loses_it_when_it_goes_through()
    {
        await using var bench = Bench(1);
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@later.test");
        await bench.IdleAsync();
        // retry_use_local_part is off for a redirect router: the domain waits.
        Assert.Equal(["R:later.test -1 not now; next in 15"], bench.Retries);
        await bench.SendAsync("s@mbox.test", "b@later.test");
        await bench.IdleAsync();
        Assert.Equal("== b@later.test R=later defer (-1): not now", bench.Log[^1]);
    }

    [Fact]
    public async Task A_local_delivery_that_fails_has_a_time_for_its_address()
    {
        await using var bench = Bench(1);
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@broken.test");
        await bench.IdleAsync();
        Assert.StartsWith("T:a@broken.test 2 ", Assert.Single(bench.Retries));
        System.IO.Directory.CreateDirectory(bench.Directory + "/absent");
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Empty(bench.Retries);
        Assert.Empty(bench.Spool.Entries());
    }

    [Fact]
    public async Task Past_the_last_cutoff_a_local_delivery_is_tried_once_for_each_message()
    {
        await using var bench = Bench(1, "F,1h,30m");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@broken.test");
        await bench.IdleAsync();
        for (var i = 0; i < 3; i++) await bench.PassAsync(TimeSpan.FromMinutes(31));
        Assert.EndsWith(" *", Assert.Single(bench.Retries));
        await bench.SendAsync("s@mbox.test", "a@broken.test");
        await bench.IdleAsync();
        Assert.Equal(2, bench.Log.Count(l => l == "** a@broken.test: retry timeout exceeded"));
        Assert.Contains("  a@broken.test\n    retry timeout exceeded\n", bench.Mailbox("box"));
    }

    [Fact]
    public async Task What_has_not_been_tried_for_retry_data_expire_begins_anew()
    {
        await using var bench = new QueueBench("retry_data_expire = 10m\n" + Rules.Replace("PORT", (await ClosedAsync()).ToString(CultureInfo.InvariantCulture)).Replace("RULE", "F,4d,6h").Replace("SETTING", ""));
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        bench.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Empty(bench.Retries);
        await bench.SendAsync("s@mbox.test", "b@remote.test");
        await bench.IdleAsync();
        Assert.Equal("== b@remote.test R=remote T=smtp defer (111): Connection refused", bench.Log[^1]);
    }

    [Fact]
    public async Task A_message_older_than_the_last_cutoff_is_given_up_though_its_host_failed_only_now()
    {
        var port = await ClosedAsync();
        await using var bench = Bench(port, "F,2h,15m");
        bench.Queue.Start(everything: true);
        await bench.CommitAsync("s@mbox.test", "Subject: s\n", "body\r\n", new(QueueOnly: true), "a@remote.test");
        bench.Clock.Advance(TimeSpan.FromHours(3));
        await bench.Queue.RunAsync(new(), CancellationToken.None);
        await bench.IdleAsync();
        Assert.Contains("** a@remote.test: retry timeout exceeded", bench.Log);
        // Others are tried at once.
        Assert.EndsWith("; next in 0", Assert.Single(bench.Retries));
    }

    [Fact]
    public async Task Without_delay_after_cutoff_a_new_message_has_one_try()
    {
        await using var bench = Bench(await ClosedAsync(), "F,1h,30m", "no_delay_after_cutoff");
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        for (var i = 0; i < 2; i++) await bench.PassAsync(TimeSpan.FromMinutes(31));
        Assert.EndsWith(" *", Assert.Single(bench.Retries));
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await bench.SendAsync("s@mbox.test", "b@remote.test");
        await bench.IdleAsync();
        Assert.Equal(4, bench.Log.Count(l => l.StartsWith("H=", StringComparison.Ordinal)));
        Assert.Contains("** b@remote.test: retry timeout exceeded", bench.Log);
    }

    [Theory]
    [InlineData("", "T:127.0.0.1:127.0.0.1:PORT 111")]
    [InlineData("retry_include_ip_address = false", "T:127.0.0.1:PORT 111")]
    [InlineData("retry_include_ip_address = ${if eq{$domain}{remote.test}{no}{yes}}", "T:127.0.0.1:PORT 111")]
    public async Task The_key_of_a_host_is_Exims(string setting, string key)
    {
        var port = await ClosedAsync();
        await using var bench = Bench(port, setting: setting);
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        Assert.StartsWith(key.Replace("PORT", port.ToString(CultureInfo.InvariantCulture)), Assert.Single(bench.Retries));
    }

    [Fact]
    public void A_record_is_read_back_and_damage_is_no_record()
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);
        var record = new RetryRecord(now, now.AddMinutes(1), now.AddHours(1), true, new("rcpt_451", -44, "text \xff", "a.test"));
        var bytes = record.Encode("T:host");
        Assert.Equal(record, RetryRecord.Decode(bytes, out var key));
        Assert.Equal("T:host", key);
        for (var length = 0; length < bytes.Length; length++) Assert.Null(RetryRecord.Decode(bytes.AsSpan(0, length), out _));
        Assert.Null(RetryRecord.Decode([2, .. bytes[1..]], out _));
    }

    [Fact]
    public void A_record_of_long_texts_fits_a_hint()
    {
        var longest = new string('x', 5000);
        var record = new RetryRecord(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, false, new(longest, 0, longest, longest));
        Assert.True(record.Encode(longest).Length <= ScriptMta.Spool.HintShard.MaxValue);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("remote.test")]
    [InlineData("a@remote.test")]
    [InlineData("*mote.t?st")]
    [InlineData("T:127.0.0.1:127.0.0.1:*")]
    public async Task What_is_cleared_is_tried_at_once(string pattern)
    {
        await using var bench = Bench(await ClosedAsync());
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        var dry = await bench.Queue.Retries.ClearAsync([pattern], dryRun: true, CancellationToken.None);
        Assert.Equal((pattern.Contains('@') ? 0 : 1, pattern.StartsWith("T:", StringComparison.Ordinal) || !pattern.Contains("T:") ? 1 : 0), (dry.Cleared.Count, dry.Messages));
        Assert.Single(bench.Retries);
        await bench.Queue.Retries.ClearAsync([pattern], dryRun: false, CancellationToken.None);
        await bench.IdleAsync();
        Assert.Equal(pattern.Contains('@') ? 1 : 2, bench.Log.Count(l => l.StartsWith("H=", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Clearing_names_nothing_else()
    {
        await using var bench = Bench(await ClosedAsync());
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test", "b@broken.test");
        await bench.IdleAsync();
        var cleared = await bench.Queue.Retries.ClearAsync(["broken.test"], dryRun: false, CancellationToken.None);
        Assert.Equal(["T:b@broken.test"], cleared.Cleared.Select(c => c.Key));
        await bench.IdleAsync();
        Assert.Equal(2, bench.Log.Count(l => l.StartsWith("== b@broken.test R=broken T=broken defer (2)", StringComparison.Ordinal)));
        Assert.Single(bench.Log, l => l.StartsWith("== a@remote.test", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_address_is_shown_with_the_hosts_that_it_is_routed_to()
    {
        await using var bench = Bench(await ClosedAsync());
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test", "b@broken.test");
        await bench.IdleAsync();
        Assert.Single((await bench.Queue.Retries.AboutAsync("other@remote.test", CancellationToken.None)).Entries);
        Assert.Equal("T:b@broken.test", Assert.Single((await bench.Queue.Retries.AboutAsync("b@broken.test", CancellationToken.None)).Entries).Key);
        Assert.Empty((await bench.Queue.Retries.AboutAsync("nobody@mbox.test", CancellationToken.None)).Entries);
    }

    [Fact]
    public async Task A_recipient_that_a_host_refuses_for_now_waits_with_its_sender()
    {
        await using var server = new ScriptedServer(("rcpt a@remote.test", "451 later"));
        await using var bench = Bench(server.Port);
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@mbox.test", "a@remote.test", "b@remote.test");
        await bench.IdleAsync();
        Assert.StartsWith("R:a@remote.test:<s@mbox.test> -44 H=127.0.0.1 [127.0.0.1]: SMTP error from remote mail server after RCPT TO:<a@remote.test>: 451 later; next in 15", Assert.Single(bench.Retries));
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        await bench.PassAsync(TimeSpan.FromMinutes(16));
        Assert.Equal(3, bench.Log.Count(l => l.StartsWith("== a@remote.test R=remote T=smtp defer (-44)", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("mail", -45)]
    [InlineData("end", -46)]
    public async Task What_a_host_says_of_one_message_does_not_delay_others(string stage, int errno)
    {
        await using var server = new ScriptedServer((stage, "451 not this one"));
        await using var bench = Bench(server.Port);
        bench.Queue.Start(everything: true);
        var first = await bench.SendAsync("s@mbox.test", "a@remote.test");
        await bench.IdleAsync();
        Assert.StartsWith($"T:127.0.0.1:127.0.0.1:{server.Port}:{first} {errno} ", Assert.Single(bench.Retries));
        await bench.SendAsync("s@mbox.test", "b@remote.test");
        await bench.IdleAsync();
        Assert.StartsWith($"== b@remote.test R=remote T=smtp defer ({errno})", bench.Log[^1]);
        Assert.Equal(2, bench.Retries.Count());
    }
}
