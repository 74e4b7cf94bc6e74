using ScriptMta.Acl;
using ScriptMta.Spool;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Acl.Callouts;

/// <summary>How long callouts are remembered (Exim 44.48), by a clock that the test moves, and whether a restart forgets them.</summary>
public sealed class CalloutCacheTests
{
    const string Recipient = "accept verify = recipient/callout";

    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData("250 ok", 24 * 60)]
    [InlineData("550 no", 2 * 60)]
    public async Task An_address_is_remembered_for_its_time_and_no_longer(string reply, int minutes)
    {
        var clock = new ManualClock();
        await using var bench = new CalloutBench(Recipient, ["RCPT => " + reply], clock: clock);
        await AskAsync(bench, 1);
        clock.Advance(TimeSpan.FromMinutes(minutes));
        await AskAsync(bench, 1);
        clock.Advance(Second);
        await AskAsync(bench, 2);
    }

    [Fact]
    public async Task The_times_can_be_set()
    {
        var clock = new ManualClock();
        await using var bench = new CalloutBench(Recipient, ["RCPT TO:<no => 550 no"], main: "callout_positive_expire = 10m\ncallout_negative_expire = 5m", clock: clock);
        await bench.SayAsync("s@test.example", "no@remote.example", "yes@remote.example");
        clock.Advance(TimeSpan.FromMinutes(5) + Second);
        await bench.SayAsync("s@test.example", "yes@remote.example");
        Assert.Equal(2, bench.Peer.Connections);
        await bench.SayAsync("s@test.example", "no@remote.example");
        Assert.Equal(3, bench.Peer.Connections);
    }

    [Theory]
    [InlineData("MAIL => 550 no", "", 3 * 60)]
    [InlineData("RCPT TO:<postmaster => 550 no", "postmaster", 3 * 60)]
    [InlineData("RSET => 250 ok", "random", 7 * 24 * 60)]
    public async Task What_is_known_of_a_domain_answers_for_its_addresses_for_its_time(string script, string options, int minutes)
    {
        var clock = new ManualClock();
        await using var bench = new CalloutBench($"accept verify = recipient/callout={options}", [script], clock: clock);
        await bench.SayAsync("s@test.example", "one@remote.example", "two@remote.example");
        Assert.Equal(1, bench.Peer.Connections);
        clock.Advance(TimeSpan.FromMinutes(minutes));
        await bench.SayAsync("s@test.example", "three@remote.example");
        Assert.Equal(1, bench.Peer.Connections);
        clock.Advance(Second);
        await bench.SayAsync("s@test.example", "four@remote.example");
        Assert.Equal(2, bench.Peer.Connections);
    }

    [Fact]
    public async Task A_deferral_is_not_remembered()
    {
        await using var bench = new CalloutBench(Recipient, ["RCPT => 450 later"]);
        await AskAsync(bench, 1);
        await AskAsync(bench, 2);
    }

    [Fact]
    public async Task Senders_that_matter_have_results_of_their_own()
    {
        await using var bench = new CalloutBench("accept verify = recipient/callout=use_sender", ["MAIL FROM:<b@ => 550 not from you"]);
        Assert.StartsWith("250", await bench.SayAsync("a@test.example", "u@remote.example"), StringComparison.Ordinal);
        Assert.StartsWith("550", await bench.SayAsync("b@test.example", "u@remote.example"), StringComparison.Ordinal);
        Assert.StartsWith("250", await bench.SayAsync("a@test.example", "u@remote.example"), StringComparison.Ordinal);
        Assert.Equal(2, bench.Peer.Connections);
    }

    [Fact]
    public async Task A_domain_is_one_whatever_its_capitals()
    {
        await using var bench = new CalloutBench(Recipient, []);
        await bench.SayAsync("s@test.example", "u@remote.example", "u@REMOTE.Example");
        Assert.Equal(1, bench.Peer.Connections);
    }

    [Fact]
    public async Task A_restart_forgets_nothing()
    {
        await using var bench = new CalloutBench(Recipient, ["RCPT TO:<no => 550 no"]);
        var directory = Path.Combine(bench.Directory, "hints");
        for (var run = 0; run < 2; run++)
        {
            bench.Hints.Dispose();
            bench.Hints = new HintStore(TimeProvider.System);
            bench.Hints.Keep(directory, new PosixSpoolFiles(), static text => Assert.Fail(text));
            var replies = await bench.SayAsync("s@test.example", "yes@remote.example", "no@remote.example");
            Assert.Equal(2, bench.Peer.Connections);
            Assert.StartsWith("250 2.1.5 Accepted\n550", replies, StringComparison.Ordinal);
            Assert.Equal(run > 0, replies.Contains("Previous (cached) callout verification failure", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(27)]
    [InlineData(200)]
    public async Task A_damaged_record_is_as_good_as_none(int length)
    {
        await using var bench = new CalloutBench(Recipient, []);
        var junk = Enumerable.Repeat((byte)0xff, length).ToArray();
        bench.Hints.Set(HintTable.Callout, "domain remote.example", junk, DateTimeOffset.MaxValue);
        bench.Hints.Set(HintTable.Callout, "address u@remote.example", junk, DateTimeOffset.MaxValue);
        Assert.StartsWith("250", await bench.SayAsync("s@test.example", "u@remote.example"), StringComparison.Ordinal);
        Assert.Equal(1, bench.Peer.Connections);
    }

    [Fact]
    public void Records_come_back_as_they_were_written()
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);
        var domain = new CalloutDomainRecord(CalloutMemory.RejectNullSender, at, CalloutMemory.Accept, at.AddDays(1), CalloutMemory.Reject, at.AddDays(2));
        Assert.Equal(domain, CalloutDomainRecord.Decode(domain.Encode()));
        var address = new CalloutAddressRecord(CalloutMemory.Reject, at);
        Assert.Equal(address, CalloutAddressRecord.Decode(address.Encode()));
    }

    static async Task AskAsync(CalloutBench bench, int connections)
    {
        await bench.SayAsync("s@test.example", "u@remote.example");
        Assert.Equal(connections, bench.Peer.Connections);
    }
}
