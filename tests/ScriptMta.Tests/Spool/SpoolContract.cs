using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>What every store behind <see cref="ISpool"/> must do.</summary>
public abstract class SpoolContract
{
    static readonly DateTimeOffset Later = TestMail.Epoch.AddHours(1);

    /// <summary>Opens the same store again and again; the one before has been disposed.</summary>
    private protected abstract ValueTask<ISpool> OpenAsync();

    [Theory]
    [InlineData(0), InlineData(1), InlineData(300), InlineData(100_000), InlineData(1 << 20), InlineData((1 << 20) + 1), InlineData(5_000_000)]
    public async Task A_committed_message_reads_back_byte_for_byte(int bodyLength)
    {
        var mail = new TestMail(1, bodyLength);
        await using (var spool = await OpenAsync())
        {
            await mail.CommitAsync(spool, chunk: 33_333);
            await mail.AssertStoredAsync(spool);
        }
        await using var again = await OpenAsync();
        await mail.AssertStoredAsync(again);
        Assert.Equal(1, again.Recovery.Messages);
        Assert.Equal(0, again.Recovery.DroppedBytes);
    }

    [Fact]
    public async Task A_draft_that_is_disposed_leaves_nothing()
    {
        await using var spool = await OpenAsync();
        await using (var draft = spool.Begin(new TestMail(1).Id)) await draft.AppendAsync(new byte[3_000_000], CancellationToken.None);
        Assert.Empty(spool.Entries());
        Assert.Null(await spool.ReadAsync(new TestMail(1).Id, CancellationToken.None));
        await new TestMail(1, 3_000_000).CommitAsync(spool);
        await new TestMail(1, 3_000_000).AssertStoredAsync(spool);
    }

    [Fact]
    public async Task Rules_can_look_at_the_beginning_of_a_body_before_commit()
    {
        await using var spool = await OpenAsync();
        await using var draft = spool.Begin(new TestMail(1).Id);
        Assert.Empty(await draft.PeekAsync(10, CancellationToken.None));
        await draft.AppendAsync("hello"u8.ToArray(), CancellationToken.None);
        Assert.Equal("hell"u8.ToArray(), await draft.PeekAsync(4, CancellationToken.None));
        var large = new byte[2_500_000];
        large.AsSpan().Fill((byte)'x');
        await draft.AppendAsync(large, CancellationToken.None);
        var seen = await draft.PeekAsync(2_000_000, CancellationToken.None);
        Assert.Equal(2_000_000, seen.Length);
        Assert.Equal("hellox"u8.ToArray(), seen[..6]);
        Assert.Equal(2_500_005, draft.Length);
    }

    [Fact]
    public async Task Entries_come_oldest_first_with_what_scheduling_needs()
    {
        await using var spool = await OpenAsync();
        await new TestMail(3).CommitAsync(spool, new(QueueOnly: true));
        await new TestMail(1).CommitAsync(spool);
        await new TestMail(2).CommitAsync(spool, new(Frozen: true));
        var entries = spool.Entries();
        Assert.Equal([new TestMail(1).Id, new TestMail(2).Id, new TestMail(3).Id], entries.Select(entry => entry.Id));
        Assert.Equal([false, true, false], entries.Select(entry => entry.Frozen));
        Assert.Equal([DateTimeOffset.MinValue, DateTimeOffset.MinValue, DateTimeOffset.MaxValue], entries.Select(entry => entry.NextAttempt));
        Assert.Equal(TestMail.Epoch.AddSeconds(1), entries[0].ReceivedAt);
        Assert.Equal(300 + new TestMail(1).Headers.ToText().Length, entries[0].Size);
        Assert.Equal(entries[1], spool.Find(entries[1].Id));
        Assert.NotNull((await spool.ReadAsync(entries[1].Id, CancellationToken.None))!.State.FrozenSince);
    }

    [Fact]
    public async Task Every_kind_of_change_is_there_after_reopening()
    {
        var mail = new TestMail(1);
        var deferral = new Deferral(Later, Later.AddMinutes(1), Later.AddMinutes(2), "timeout_connect", "connection timed out\n\xFF", "mx.example.com");
        SpoolChange[] changes =
        [
            new SpoolChange.Done("a@example.com"), new SpoolChange.Deferred("b@example.com", deferral), new SpoolChange.Attempted(Later, Later.AddHours(2)),
            new SpoolChange.Frozen(Later), new SpoolChange.RecipientAdded(new(new("c", "example.com"), "e@example.com")),
            new SpoolChange.SenderEdited(new("new", "example.org")), new SpoolChange.Warned(2), new SpoolChange.Thawed(),
        ];
        var expected = changes.Aggregate(DeliveryState.Fresh, static (state, change) => state.Apply(change));
        await using (var spool = await OpenAsync())
        {
            await mail.CommitAsync(spool);
            foreach (var change in changes) await mail.RecordAsync(spool, change);
            AssertSame(expected, (await mail.AssertStoredAsync(spool)).State);
        }
        await using var again = await OpenAsync();
        AssertSame(expected, (await mail.AssertStoredAsync(again)).State);
        Assert.Equal(Later.AddHours(2), again.Find(mail.Id)!.Value.NextAttempt);
        Assert.False(again.Find(mail.Id)!.Value.Frozen);
    }

    [Fact]
    public async Task Freezing_and_thawing_show_in_the_index()
    {
        var mail = new TestMail(1);
        await using var spool = await OpenAsync();
        await mail.CommitAsync(spool);
        await mail.RecordDurablyAsync(spool, new SpoolChange.Frozen(Later));
        Assert.True(spool.Find(mail.Id)!.Value.Frozen);
        await mail.RecordAsync(spool, new SpoolChange.Thawed());
        Assert.False(spool.Find(mail.Id)!.Value.Frozen);
    }

    [Theory]
    [InlineData(300), InlineData(2_000_000)]
    public async Task A_completed_message_is_gone_for_good(int bodyLength)
    {
        var mail = new TestMail(1, bodyLength);
        await using (var spool = await OpenAsync())
        {
            await mail.CommitAsync(spool);
            await mail.RecordAsync(spool, new SpoolChange.Done("x"), new SpoolChange.Completed());
            await AssertGoneAsync(spool, mail);
            await mail.RecordAsync(spool, new SpoolChange.Done("late"));
            await AssertGoneAsync(spool, mail);
        }
        await using var again = await OpenAsync();
        await AssertGoneAsync(again, mail);
        Assert.Equal(0, again.Recovery.DroppedBytes);
    }

    [Fact]
    public async Task The_listener_hears_of_each_message_once_it_can_be_read()
    {
        await using var spool = await OpenAsync();
        var heard = System.Threading.Channels.Channel.CreateUnbounded<QueueEntry>();
        spool.Committed += entry => heard.Writer.TryWrite(entry);
        await new TestMail(1).CommitAsync(spool);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.Equal(new TestMail(1).Id, (await heard.Reader.ReadAsync(limit.Token)).Id);
        await new TestMail(1).AssertStoredAsync(spool);
    }

    [Fact]
    public async Task A_thousand_sessions_commit_and_finish_at_once()
    {
        await using (var spool = await OpenAsync())
        {
            await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => Task.Run(async () =>
            {
                var mail = new TestMail(number, number * 7);
                await mail.CommitAsync(spool);
                await mail.RecordAsync(spool, new SpoolChange.Done($"key{number}"));
                await mail.RecordAsync(spool, new SpoolChange.Warned(number));
                await mail.AssertStoredAsync(spool);
                if (number % 2 == 0) await mail.RecordAsync(spool, new SpoolChange.Completed());
            })));
            Assert.Equal(500, spool.Entries().Count);
        }
        await using var again = await OpenAsync();
        Assert.Equal(500, again.Entries().Count);
        foreach (var number in Enumerable.Range(0, 500).Select(half => half * 2 + 1))
        {
            var stored = await new TestMail(number, number * 7).AssertStoredAsync(again);
            Assert.Equal(number, stored.State.WarningsSent);
            Assert.Equal([$"key{number}"], stored.State.DoneKeys);
        }
    }

    [Fact]
    public async Task An_id_is_taken_only_once()
    {
        await using var spool = await OpenAsync();
        await new TestMail(1).CommitAsync(spool);
        await Assert.ThrowsAsync<InvalidOperationException>(() => new TestMail(1).CommitAsync(spool));
    }

    [Fact]
    public async Task A_closed_spool_says_so()
    {
        var spool = await OpenAsync();
        await spool.DisposeAsync();
        await spool.DisposeAsync();
        Assert.Equal(SpoolFault.Closed, Assert.Throws<SpoolException>(() => spool.Begin(new TestMail(1).Id)).Fault);
        Assert.Equal(SpoolFault.Closed, (await Assert.ThrowsAsync<SpoolException>(() => new TestMail(1).RecordAsync(spool, new SpoolChange.Thawed()).AsTask())).Fault);
    }

    static async Task AssertGoneAsync(ISpool spool, TestMail mail)
    {
        Assert.Null(spool.Find(mail.Id));
        Assert.Null(await spool.ReadAsync(mail.Id, CancellationToken.None));
        Assert.Empty(spool.Entries());
        Assert.Equal(SpoolFault.NotFound, (await Assert.ThrowsAsync<SpoolException>(() => spool.OpenBodyAsync(mail.Id, CancellationToken.None).AsTask())).Fault);
    }

    private protected static void AssertSame(DeliveryState expected, DeliveryState actual)
    {
        Assert.Equal(expected.DoneKeys.Order(), actual.DoneKeys.Order());
        Assert.Equal(expected.Deferrals.OrderBy(pair => pair.Key), actual.Deferrals.OrderBy(pair => pair.Key));
        Assert.Equal(expected.AddedRecipients.AsEnumerable(), actual.AddedRecipients.AsEnumerable());
        Assert.Equal(expected with { DoneKeys = [], Deferrals = actual.Deferrals, AddedRecipients = [] }, actual with { DoneKeys = [], AddedRecipients = [] });
    }
}
