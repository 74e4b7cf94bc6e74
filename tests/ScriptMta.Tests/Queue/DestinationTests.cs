using ScriptMta.Mail;
using ScriptMta.Queue;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Queue;

/// <summary>Whose turn it is, on a clock that the test moves and with deliveries that the test ends.</summary>
public sealed class DestinationTests : IDisposable
{
    readonly ManualClock _clock = new();
    readonly MessageIdSource _ids;
    readonly Schedule _schedule;
    readonly Dictionary<MessageId, string> _places = [];
    readonly Dictionary<MessageId, TaskCompletionSource<TurnResult>> _deliveries = [];
    readonly HashSet<string> _down = [];
    int _looks;
    DestinationTerms _terms = DestinationTerms.Usual;
    string? _suspended;

    public DestinationTests()
    {
        _ids = new(_clock, 1);
        _schedule = new(_clock, TryAsync);
    }

    public void Dispose() => _schedule.Dispose();

    /// <summary>A message with one recipient: routed (a look), then delivered by a transport that ends when the test says so.</summary>
    async Task<AfterTry> TryAsync(ScheduledTry one, CancellationToken cancel)
    {
        Interlocked.Increment(ref _looks);
        string where;
        lock (_places) where = _places[one.Id];
        var place = _schedule.Destinations.Of(new DestinationName("smtp", where, where, false, where, []), _terms with { Suspended = _suspended });
        var pass = new TurnPass { CalledBy = one.CalledBy, MayPark = one.Kind != TryKind.Asked };
        one.Share.Leave();
        try
        {
            var admitted = await _schedule.Destinations.AdmitAsync(place, pass, cancel);
            if (admitted.Refusal is not null) return new(_clock.GetUtcNow() + TimeSpan.FromHours(1), place);
            if (admitted.IsParked) return new(null, place, IsParked: true);
            var result = await DeliverAsync(one.Id, where);
            admitted.Turn!.End(result, result == TurnResult.Worked ? "" : "refused");
            return result == TurnResult.Worked ? default : new(_clock.GetUtcNow() + TimeSpan.FromMinutes(15), place);
        }
        finally
        {
            one.Share.Return();
            _schedule.Destinations.Finish(pass);
        }
    }

    Task<TurnResult> DeliverAsync(MessageId id, string where)
    {
        lock (_places)
            return _down.Contains(where) ? Task.FromResult(TurnResult.Broken)
                : (_deliveries[id] = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    MessageId Send(string where)
    {
        var id = _ids.Next();
        lock (_places) _places[id] = where;
        _schedule.Add(id, DateTimeOffset.MinValue);
        return id;
    }

    MessageId[] Send(string where, int count) => [.. Enumerable.Range(0, count).Select(_ => Send(where))];

    List<MessageId> UnderWay(string where)
    {
        lock (_places) return [.. _deliveries.Where(d => !d.Value.Task.IsCompleted && _places[d.Key] == where).Select(d => d.Key)];
    }

    void End(MessageId id, TurnResult result = TurnResult.Worked)
    {
        lock (_places) _deliveries[id].SetResult(result);
    }

    async Task ComesTrueAsync(Func<bool> what)
    {
        for (var i = 0; i < 2000 && !what(); i++) await Task.Delay(5);
        Assert.True(what(), string.Join('\n', _schedule.Destinations.Standings()));
    }

    DestinationStanding At(string where) => _schedule.Destinations.Standings().SingleOrDefault(s => s.Name == where)
        ?? new() { Name = where, Transport = "", Ready = 0, InFlight = 0, Deferred = 0, Limit = 0, PerMinute = 0, LastError = "" };

    Task WaitingAsync(string where, int ready) => ComesTrueAsync(() => _schedule.Destinations.Standings().Any(s => s.Name == where && s.Ready == ready));

    [Fact]
    public async Task A_destination_that_never_answers_keeps_nobody_else_waiting()
    {
        Send("slow", 2000);
        await WaitingAsync("slow", 1995);
        Assert.Equal(5, UnderWay("slow").Count);
        for (var i = 0; i < 50; i++)
        {
            var id = Send("quick" + i % 7);
            await ComesTrueAsync(() => UnderWay("quick" + i % 7).Contains(id));
            End(id);
        }
    }

    [Fact]
    public async Task The_window_grows_with_successes_and_shrinks_with_connections_that_fail()
    {
        var all = Send("d", 400);
        await WaitingAsync("d", 395);
        for (var i = 0; i < 250; i++)
        {
            await ComesTrueAsync(() => UnderWay("d").Count == At("d").Limit);
            End(UnderWay("d")[0]);
        }
        await ComesTrueAsync(() => UnderWay("d").Count == Destinations.MostForOne);
        Assert.Equal(Destinations.MostForOne, At("d").Limit);
        foreach (var id in UnderWay("d").Take(8)) End(id, TurnResult.Broken);
        await ComesTrueAsync(() => At("d") is { Limit: 12, Deferred: 8, LastError: "refused" });
        End(UnderWay("d")[0]);
        // One success calls those that failed back.
        await ComesTrueAsync(() => At("d") is { Deferred: 0, LastError: "" });
        Assert.Equal(400, all.Length);
    }

    [Fact]
    public async Task Messages_to_a_dead_destination_are_looked_at_once_and_then_by_one_message_at_a_time()
    {
        _down.Add("dead");
        Send("dead", 500);
        await ComesTrueAsync(() => _schedule.IsIdle);
        Assert.Equal(500, At("dead").Deferred);
        var first = _looks;
        for (var i = 0; i < 3; i++)
        {
            _clock.Advance(TimeSpan.FromMinutes(16));
            await ComesTrueAsync(() => _schedule.IsIdle);
        }
        Assert.InRange(_looks - first, 3, 30);
        Assert.Equal(500, At("dead").Deferred);
        // Once an hour each is read again, so that its sender is warned in time.
        _clock.Advance(TimeSpan.FromMinutes(16));
        await ComesTrueAsync(() => _schedule.IsIdle);
        Assert.InRange(_looks - first, 500, 1100);
    }

    [Fact]
    public async Task The_first_success_calls_everything_that_waited()
    {
        _down.Add("d");
        Send("d", 300);
        await ComesTrueAsync(() => _schedule.IsIdle);
        lock (_places) _down.Clear();
        var id = Send("d");
        await ComesTrueAsync(() => UnderWay("d").Count > 0);
        var ended = 0;
        await ComesTrueAsync(() =>
        {
            foreach (var one in UnderWay("d"))
            {
                End(one);
                ended++;
            }
            return _schedule.IsIdle;
        });
        Assert.Equal(301, ended);
        Assert.Equal((0, 0, 0), (At("d").Ready, At("d").InFlight, At("d").Deferred));
        Assert.False(_schedule.Knows(id));
    }

    [Fact]
    public async Task All_destinations_together_have_a_bound_and_take_turns_at_it()
    {
        for (var i = 0; i < 200; i++) Send("d" + i, 6);
        await ComesTrueAsync(() => _schedule.Destinations.Standings().Sum(s => s.InFlight) == Destinations.MostRemote);
        Assert.True(_schedule.Destinations.Standings().Count(s => s.InFlight > 0) >= 100);
        var ended = 0;
        await ComesTrueAsync(() =>
        {
            for (var i = 0; i < 200; i++)
                foreach (var id in UnderWay("d" + i))
                {
                    End(id);
                    ended++;
                }
            return _schedule.IsIdle;
        });
        Assert.Equal(1200, ended);
    }

    [Fact]
    public async Task What_waits_is_dropped_when_the_queue_stops()
    {
        Send("d", 300);
        await WaitingAsync("d", 295);
        foreach (var id in UnderWay("d")) End(id);
        var closed = _schedule.CloseAsync(TimeSpan.Zero);
        await ComesTrueAsync(() =>
        {
            foreach (var id in UnderWay("d")) End(id);
            return closed.IsCompleted;
        });
        Assert.True(_schedule.IsIdle);
    }

    [Fact]
    public async Task Destinations_that_share_a_limit_take_turns_within_it()
    {
        _terms = new([new TurnPool(3)], 50, null);
        Send("a", 40);
        Send("b", 40);
        await ComesTrueAsync(() => _schedule.Destinations.Standings().Sum(s => s.Ready) == 77);
        var ended = 0;
        await ComesTrueAsync(() =>
        {
            Assert.True(At("a").InFlight + At("b").InFlight <= 3);
            foreach (var id in UnderWay("a").Concat(UnderWay("b")))
            {
                End(id);
                ended++;
            }
            return _schedule.IsIdle;
        });
        Assert.Equal(80, ended);
    }

    [Fact]
    public async Task A_rate_lets_a_tenth_go_at_once_and_the_rest_in_time()
    {
        _terms = new([new TurnPool(0, perPeriod: 20, TimeSpan.FromMinutes(1))], 50, null);
        Send("d", 10);
        await WaitingAsync("d", 8);
        Assert.Equal(2, UnderWay("d").Count);
        for (var gone = 3; gone <= 10; gone++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal(gone - 1, _deliveries.Count);
            _clock.Advance(TimeSpan.FromSeconds(1.1));
            await ComesTrueAsync(() => _deliveries.Count == gone);
            End(UnderWay("d")[0]);
        }
        foreach (var id in UnderWay("d")) End(id);
        await ComesTrueAsync(() => _schedule.IsIdle);
    }

    [Fact]
    public async Task A_pause_refuses_what_comes_and_calls_it_when_it_is_over()
    {
        var first = Send("d");
        await ComesTrueAsync(() => UnderWay("d").Contains(first));
        var place = _schedule.Destinations.Of(new("smtp", "d", "d", false, "d", []), _terms);
        var pause = new BackOff(TimeSpan.FromMinutes(10), 0, BackOff.Usual);
        Assert.True(_schedule.Destinations.SlowDown(place, pause, "421 too much"));
        Assert.False(_schedule.Destinations.SlowDown(place, pause, "421 too much"));
        Send("d", 100);
        End(first);
        await ComesTrueAsync(() => At("d") is { Deferred: 100, Ready: 0, InFlight: 0 });
        Assert.EndsWith(" UTC: 421 too much", At("d").Closed, StringComparison.Ordinal);
        Assert.Equal(_clock.GetUtcNow() + TimeSpan.FromMinutes(10), At("d").ClosedUntil);
        _clock.Advance(TimeSpan.FromMinutes(10));
        await ComesTrueAsync(() => At("d") is { Deferred: 0, Closed: null } d && d.InFlight == d.Limit);
    }

    [Fact]
    public async Task Fewer_connections_last_for_a_time()
    {
        Send("d", 50);
        await WaitingAsync("d", 45);
        var place = _schedule.Destinations.Of(new("smtp", "d", "d", false, "d", []), _terms);
        Assert.True(_schedule.Destinations.SlowDown(place, new BackOff(TimeSpan.Zero, 1, TimeSpan.FromMinutes(5)), "450 slowly"));
        foreach (var id in UnderWay("d")) End(id);
        await ComesTrueAsync(() => At("d") is { InFlight: 1, Limit: 1, Ready: 44 });
        _clock.Advance(TimeSpan.FromMinutes(5));
        Send("d");
        for (var i = 0; i < 12; i++)
        {
            await ComesTrueAsync(() => UnderWay("d").Count > 0);
            End(UnderWay("d")[0]);
        }
        await ComesTrueAsync(() => At("d").InFlight > 2);
    }

    [Fact]
    public async Task What_is_suspended_waits_with_its_reason_and_goes_when_it_is_resumed()
    {
        _suspended = "moving house";
        Send("d", 30);
        await ComesTrueAsync(() => At("d") is { Deferred: 30, Ready: 0, InFlight: 0, Closed: "destination is suspended: moving house", ClosedUntil: null });
        _suspended = null;
        _schedule.Destinations.Resuspend(_ => null);
        await ComesTrueAsync(() => At("d") is { Deferred: 0, InFlight: 5, Closed: null });
    }
}
