using System.Net;
using ScriptMta.Dns;
using static ScriptMta.Tests.Dns.TestNameServer;

namespace ScriptMta.Tests.Dns;

public class ResolverTests
{
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(150);

    static Resolver For(TestNameServer server, TimeProvider? clock = null) => For([server.EndPoint], clock);

    static Resolver For(IPEndPoint[] servers, TimeProvider? clock = null) =>
        new(new() { Servers = [.. servers], TryTimeout = Short, TcpTimeout = TimeSpan.FromSeconds(2), Tries = 2 }, clock ?? TimeProvider.System);

    static async Task<DnsAnswer> Ask(Resolver resolver, string name, DnsType type = DnsType.A)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        return await resolver.QueryAsync(name, type, limit.Token);
    }

    static string[] Addresses(DnsAnswer answer) =>
        [.. Assert.IsType<DnsAnswer.Found>(answer).Of<AddressRecord>().Select(r => r.Address.ToString())];

    [Fact]
    public async Task An_answer_comes_back()
    {
        using var server = new TestNameServer(q => Reply(q, 0, A("WWW.example.com", "192.0.2.1"), A("www.example.com", "192.0.2.2"), A("other.example.com", "192.0.2.3")));
        var answer = await Ask(For(server), "www.example.com.");
        Assert.Equal(["192.0.2.1", "192.0.2.2"], Addresses(answer));
        Assert.False(((DnsAnswer.Found)answer).Authenticated);
    }

    [Fact]
    public async Task The_query_asks_for_authentication_and_announces_its_buffer()
    {
        byte[] seen = [];
        using var server = new TestNameServer(q => { seen = q; return Reply(q, 0x81A0, [A("a.test", "192.0.2.1")], []); });
        Assert.True(Assert.IsType<DnsAnswer.Found>(await Ask(For(server), "a.test")).Authenticated);
        Assert.Equal([0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1], seen[2..12]);
        Assert.Equal([0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0], seen[^11..]);
    }

    [Fact]
    public async Task A_truncated_answer_is_asked_for_over_tcp()
    {
        using var server = new TestNameServer((q, tcp) => [tcp
            ? Reply(q, 0, [.. Enumerable.Range(1, 200).Select(i => A("big.test", $"192.0.2.{i}"))])
            : Reply(q, 0x8380, [A("big.test", "192.0.2.1")], [])[..^3]]);
        Assert.Equal(200, Addresses(await Ask(For(server), "big.test")).Length);
        Assert.Equal(2, server.Queries);
    }

    [Fact]
    public async Task Wrong_ids_wrong_questions_and_garbage_do_not_end_the_wait()
    {
        using var server = new TestNameServer((q, _) =>
        [
            [], [1, 2, 3],
            [(byte)(q[0] ^ 1), q[1], .. Reply(q, 0, A("a.test", "203.0.113.1"))[2..]],
            [q[0], q[1], .. Reply([.. q[..12], .. Name("b.test"), 0, 1, 0, 1], 0, A("b.test", "203.0.113.2"))[2..]],
            [.. q], // our own query sent back
            Reply(q, 0, A("a.test", "192.0.2.1")),
        ]);
        Assert.Equal(["192.0.2.1"], Addresses(await Ask(For(server), "a.test")));
        Assert.Equal(1, server.Queries);
    }

    [Fact]
    public async Task Records_of_other_names_are_not_believed()
    {
        using var server = new TestNameServer(q => Reply(q, 0, A("bank.test", "203.0.113.9")));
        Assert.IsType<DnsAnswer.NoData>(await Ask(For(server), "a.test"));
    }

    [Fact]
    public async Task Silence_is_again_and_not_no()
    {
        using var server = new TestNameServer((_, _) => []);
        var again = Assert.IsType<DnsAnswer.Again>(await Ask(For(server), "a.test"));
        Assert.Equal($"DNS lookup of a.test (A): {server.EndPoint}: no reply in 0.2s", again.Reason.Replace("0.1s", "0.2s"));
        Assert.Equal(2, server.Queries);
    }

    [Theory]
    [InlineData(2), InlineData(5), InlineData(4), InlineData(9)]
    public async Task A_server_that_fails_is_again(int code)
    {
        using var server = new TestNameServer(q => Reply(q, code));
        Assert.IsType<DnsAnswer.Again>(await Ask(For(server), "a.test"));
    }

    [Fact]
    public async Task The_next_server_is_asked_when_the_first_is_dead_silent_or_failing()
    {
        using var silent = new TestNameServer((_, _) => []);
        using var failing = new TestNameServer(q => Reply(q, 2));
        using var good = new TestNameServer(q => Reply(q, 0, A("a.test", "192.0.2.1")));
        var dead = new TestNameServer((_, _) => []);
        var closed = dead.EndPoint;
        dead.Dispose();
        Assert.Equal(["192.0.2.1"], Addresses(await Ask(For([closed, silent.EndPoint, failing.EndPoint, good.EndPoint]), "a.test")));
    }

    [Fact]
    public async Task A_server_without_edns_is_asked_the_old_way()
    {
        using var server = new TestNameServer(q => q[11] == 1 ? Reply(q, 1) : Reply(q, 0, A("a.test", "192.0.2.1")));
        Assert.Equal(["192.0.2.1"], Addresses(await Ask(For(server), "a.test")));
    }

    [Fact]
    public async Task Aliases_are_followed_inside_an_answer_and_by_asking_again()
    {
        using var server = new TestNameServer(q => Question(q).AsSpan().StartsWith(Name("far.test"))
            ? Reply(q, 0, A("far.test", "192.0.2.1"))
            : Reply(q, 0, Record("a.test", DnsType.CNAME, 60, Name("b.test")), Record("b.test", DnsType.CNAME, 60, Name("far.test"))));
        var found = Assert.IsType<DnsAnswer.Found>(await Ask(For(server), "a.test"));
        Assert.Equal("far.test", found.Name);
        Assert.Equal("b.test", Assert.IsType<DnsAnswer.Found>(await Ask(For(server), "a.test", DnsType.CNAME)).Of<NameRecord>().Single().Target);
    }

    [Fact]
    public async Task A_circle_of_aliases_ends()
    {
        using var server = new TestNameServer(q => Reply(q, 0, Record("a.test", DnsType.CNAME, 60, Name("b.test")), Record("b.test", DnsType.CNAME, 60, Name("a.test"))));
        Assert.Contains("CNAMEs", Assert.IsType<DnsAnswer.Again>(await Ask(For(server), "a.test")).Reason);
    }

    [Fact]
    public async Task An_alias_to_nothing_is_no_such_name()
    {
        using var server = new TestNameServer(q => Reply(q, 3, Record("a.test", DnsType.CNAME, 60, Name("b.test"))));
        Assert.IsType<DnsAnswer.NoSuchName>(await Ask(For(server), "a.test"));
    }

    [Fact]
    public async Task Answers_are_kept_for_their_time_and_no_longer()
    {
        var clock = new SteppedClock();
        using var server = new TestNameServer(q => Reply(q, 0, A("a.test", "192.0.2.1", 300), A("a.test", "192.0.2.2", 60)));
        var resolver = For(server, clock);
        await Ask(resolver, "a.test");
        clock.Advance(TimeSpan.FromSeconds(59));
        await Ask(resolver, "A.Test");
        Assert.Equal(1, server.Queries);
        clock.Advance(TimeSpan.FromSeconds(2));
        await Ask(resolver, "a.test");
        Assert.Equal(2, server.Queries);
    }

    [Theory]
    [InlineData(3), InlineData(0)]
    public async Task A_no_is_kept_as_long_as_its_soa_record_says(int code)
    {
        var clock = new SteppedClock();
        using var server = new TestNameServer(q => Reply(q, 0x8180 | code, [], [Soa("test", 3600, 30)]));
        var resolver = For(server, clock);
        var first = await Ask(resolver, "a.test");
        Assert.Equal(code == 3, first is DnsAnswer.NoSuchName);
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(first, await Ask(resolver, "a.test"));
        Assert.Equal(1, server.Queries);
        clock.Advance(TimeSpan.FromSeconds(2));
        await Ask(resolver, "a.test");
        Assert.Equal(2, server.Queries);
    }

    [Fact]
    public async Task A_no_without_soa_and_an_again_are_not_kept()
    {
        using var no = new TestNameServer(q => Reply(q, 3));
        var resolver = For(no);
        await Ask(resolver, "a.test");
        await Ask(resolver, "a.test");
        Assert.Equal(2, no.Queries);
    }

    [Fact]
    public async Task Equal_questions_at_the_same_time_are_asked_once_and_a_caller_may_leave()
    {
        var release = new TaskCompletionSource();
        using var server = new TestNameServer((q, _) => Held(q));
        IEnumerable<byte[]> Held(byte[] q)
        {
            release.Task.Wait(TimeSpan.FromSeconds(5));
            yield return Reply(q, 0, A("a.test", "192.0.2.1"));
        }
        var resolver = new Resolver(new() { Servers = [server.EndPoint] }, TimeProvider.System);
        using var leave = new CancellationTokenSource();
        var leaving = resolver.QueryAsync("a.test", DnsType.A, leave.Token).AsTask();
        var staying = Enumerable.Range(0, 20).Select(_ => Ask(resolver, "a.test")).ToArray();
        leave.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving);
        release.SetResult();
        foreach (var answer in await Task.WhenAll(staying)) Assert.IsType<DnsAnswer.Found>(answer);
        Assert.Equal(1, server.Queries);
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("")]
    [InlineData(".a")]
    [InlineData("a b.test")]
    [InlineData("-a.test")]
    [InlineData("a.test-")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test")]
    public async Task Names_that_cannot_exist_are_not_asked_for(string name)
    {
        using var server = new TestNameServer(q => Reply(q, 0));
        Assert.IsType<DnsAnswer.NoSuchName>(await Ask(For(server), name));
        Assert.Equal(0, server.Queries);
    }

    [Fact]
    public async Task Garbage_from_the_server_never_throws()
    {
        var random = new Random(7);
        using var server = new TestNameServer((q, tcp) =>
        {
            var reply = Reply(q, tcp ? 0x8180 : 0x8180 | random.Next(2) << 9, [A("a.test", "192.0.2.1"), Record("a.test", DnsType.TXT, 9, 5, 1, 2)], [Soa("test", 1, 1)]);
            for (var i = random.Next(10); i > 0; i--) reply[random.Next(12 + Question(q).Length, reply.Length)] = (byte)random.Next(256);
            return [reply[..random.Next(12, reply.Length)], reply];
        });
        for (var i = 0; i < 30; i++) Assert.NotNull(await Ask(For(server), "a.test", DnsType.TXT));
    }
}
