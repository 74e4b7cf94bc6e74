using ScriptMta.Spool;
using ScriptMta.Tests.Dns;
using ScriptMta.Transports;

namespace ScriptMta.Tests.Transports;

/// <summary>RFC 8461 3.3, 5: when a policy is fetched, and that nobody can end it by cutting us off.</summary>
public sealed class StsPoliciesTests : IDisposable
{
    readonly SteppedClock _clock = new();
    readonly FakeDns _dns = new("""_mta-sts.example.com TXT "v=STSv1; id=1;" """);
    readonly HintStore _hints;
    readonly List<string> _fetched = [];
    StsFetched _answer = Policy(StsMode.Enforce, days: 30);
    StsPolicies _policies;

    public StsPoliciesTests()
    {
        _hints = new(_clock);
        _policies = Made();
    }

    [Fact]
    public async Task A_policy_is_fetched_once_and_kept_over_a_restart()
    {
        Assert.Equal(StsMode.Enforce, (await FindAsync()).Policy!.Mode);
        Assert.Equal(StsMode.Enforce, (await FindAsync()).Policy!.Mode);
        _policies = Made();
        Assert.Equal("mx.example.com", Assert.Single((await FindAsync()).Policy!.Patterns));
        Assert.Equal(["example.com 1"], _fetched);
    }

    [Fact]
    public async Task Without_a_record_nothing_is_fetched()
    {
        Assert.Null((await _policies.FindAsync(new FakeDns(), "example.com", CancellationToken.None)).Policy);
        Assert.Null((await _policies.FindAsync(_dns, "localhost", CancellationToken.None)).Policy);
        Assert.Null((await _policies.FindAsync(_dns, "ex ample/../com", CancellationToken.None)).Policy);
        Assert.Empty(_fetched);
    }

    [Fact]
    public async Task A_new_id_fetches_anew()
    {
        await FindAsync();
        _answer = Policy(StsMode.Testing, days: 30);
        var changed = new FakeDns("""_mta-sts.example.com TXT "v=STSv1; id=2;" """);
        Assert.Equal(StsMode.Testing, (await _policies.FindAsync(changed, "EXAMPLE.com", CancellationToken.None)).Policy!.Mode);
        Assert.Equal(["example.com 1", "example.com 2"], _fetched);
    }

    [Fact]
    public async Task A_policy_holds_when_the_record_or_the_server_is_gone()
    {
        await FindAsync();
        foreach (var dns in (FakeDns[])[new(), new("_mta-sts.example.com AGAIN TXT"), new("""_mta-sts.example.com TXT "v=STSv1; id=$$$" """)])
            Assert.Equal(StsMode.Enforce, (await _policies.FindAsync(dns, "example.com", CancellationToken.None)).Policy!.Mode);
        _clock.Advance(TimeSpan.FromMinutes(6)); // a name server that did not answer is left alone for a while
        _answer = new StsFetched.Failed("sts-policy-fetch-error", "no");
        var found = await _policies.FindAsync(new FakeDns("""_mta-sts.example.com TXT "v=STSv1; id=2" """), "example.com", CancellationToken.None);
        Assert.Equal(StsMode.Enforce, found.Policy!.Mode);
        Assert.Equal("no", found.Failure!.Why);
    }

    [Fact]
    public async Task A_policy_is_renewed_each_day_and_ends_with_its_max_age()
    {
        await FindAsync();
        _clock.Advance(TimeSpan.FromHours(25));
        await FindAsync();
        Assert.Equal(2, _fetched.Count);
        _answer = new StsFetched.Failed("sts-policy-fetch-error", "no");
        _clock.Advance(TimeSpan.FromDays(29));
        Assert.NotNull((await FindAsync()).Policy);
        _clock.Advance(TimeSpan.FromDays(2));
        Assert.Null((await FindAsync()).Policy);
    }

    [Fact]
    public async Task A_failure_is_not_repeated_for_five_minutes()
    {
        _answer = new StsFetched.Failed("sts-policy-fetch-error", "no");
        for (var i = 0; i < 10; i++) Assert.Equal("no", (await FindAsync()).Failure!.Why);
        Assert.Single(_fetched);
        _clock.Advance(TimeSpan.FromMinutes(6));
        _answer = Policy(StsMode.Enforce, days: 30);
        Assert.NotNull((await FindAsync()).Policy);
    }

    [Fact]
    public async Task A_name_server_that_does_not_answer_is_asked_every_five_minutes()
    {
        var mute = new FakeDns("_mta-sts.example.com AGAIN TXT");
        for (var i = 0; i < 10; i++) Assert.Null((await _policies.FindAsync(mute, "example.com", CancellationToken.None)).Policy);
        Assert.Single(mute.Asked);
        _clock.Advance(TimeSpan.FromMinutes(6));
        Assert.NotNull((await FindAsync()).Policy);
    }

    [Fact]
    public async Task Mode_none_is_as_no_policy()
    {
        _answer = Policy(StsMode.None, days: 30);
        Assert.Null((await FindAsync()).Policy);
        Assert.Null((await FindAsync()).Policy);
        Assert.Single(_fetched);
    }

    [Fact]
    public async Task Many_who_ask_at_once_share_one_fetch()
    {
        var gate = new TaskCompletionSource();
        _policies = new(new(_hints), async (domain, id, _) =>
        {
            lock (_fetched) _fetched.Add(domain);
            await gate.Task;
            return Policy(StsMode.Enforce, days: 1);
        }, _clock);
        var asked = Enumerable.Range(0, 20).Select(_ => FindAsync()).ToList();
        gate.SetResult();
        Assert.All(await Task.WhenAll(asked), f => Assert.NotNull(f.Policy));
        Assert.Single(_fetched);
    }

    [Fact]
    public void The_largest_policy_that_is_taken_can_be_kept()
    {
        var patterns = Enumerable.Range(0, 200).Select(i => $"mx{i}.some-long-name-of-a-mail-provider.example.com");
        var policy = new StsPolicy(StsMode.Enforce, [.. patterns], TimeSpan.FromDays(1), "7");
        Assert.True(new StsCache(_hints).Keep("example.com", policy, _clock.GetUtcNow()));
        Assert.Equal(policy.Lines(), new StsCache(_hints).Find("example.com")!.Policy.Lines());
        Assert.Null(StsCache.Decode([1, 2, 3]));
    }

    StsPolicies Made() => new(new(_hints), (domain, id, _) =>
    {
        _fetched.Add($"{domain} {id}");
        return new(_answer is StsFetched.Policy { Value: var policy } ? new StsFetched.Policy(policy with { Id = id }) : _answer);
    }, _clock);

    async Task<StsFinding> FindAsync() => await _policies.FindAsync(_dns, "example.com", CancellationToken.None);

    static StsFetched.Policy Policy(StsMode mode, int days) => new(new(mode, ["mx.example.com"], TimeSpan.FromDays(days), "1"));

    public void Dispose() => _hints.Dispose();
}
