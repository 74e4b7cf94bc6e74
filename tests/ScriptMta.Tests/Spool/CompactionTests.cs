using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

public sealed class CompactionTests
{
    static readonly SpoolOptions Options = new() { Directory = "/spool", SegmentSize = 32 << 10, CompactionSlack = 64 << 10, ReserveSpace = 0 };

    static ValueTask<JournalSpool> OpenAsync(SimulatedDisk disk, SpoolOptions? options = null) =>
        JournalSpool.OpenAsync(options ?? Options, disk, new ManualClock(), CancellationToken.None);

    [Fact]
    public async Task Traffic_beside_a_stuck_message_keeps_the_disk_bounded()
    {
        var disk = new SimulatedDisk();
        var stuck = new TestMail(0, 3000);
        await using (var spool = await OpenAsync(disk))
        {
            await stuck.CommitAsync(spool);
            await stuck.RecordAsync(spool, new SpoolChange.Done("half"), new SpoolChange.Frozen(TestMail.Epoch));
            for (var number = 1; number <= 300; number++)
            {
                await new TestMail(number, 2000).CommitAsync(spool);
                await new TestMail(number, 2000).RecordAsync(spool, new SpoolChange.Completed());
                await spool.SettledAsync();
                Assert.InRange(disk.List("/spool/journal").Count, 1, 7);
            }
            Assert.Equal(["half"], (await stuck.AssertStoredAsync(spool)).State.DoneKeys);
        }
        await using var again = await OpenAsync(disk);
        Assert.Equal(stuck.Id, Assert.Single(again.Entries()).Id);
        Assert.True(again.Find(stuck.Id)!.Value.Frozen);
        Assert.Equal(["half"], (await stuck.AssertStoredAsync(again)).State.DoneKeys);
    }

    [Fact]
    public async Task An_emptied_spool_shrinks_to_one_segment_and_its_reserve()
    {
        var disk = new SimulatedDisk();
        await using var spool = await OpenAsync(disk);
        for (var number = 1; number <= 100; number++) await new TestMail(number, 2000).CommitAsync(spool);
        Assert.InRange(disk.List("/spool/journal").Count, 8, 20);
        for (var number = 1; number <= 100; number++) await new TestMail(number, 2000).RecordAsync(spool, new SpoolChange.Completed());
        await spool.SettledAsync();
        Assert.Equal(2, disk.List("/spool/journal").Count);
    }

    [Fact]
    public async Task Readers_never_notice_that_messages_move()
    {
        var disk = new SimulatedDisk();
        await using var spool = await OpenAsync(disk, Options with { CompactionSlack = 8 << 10 });
        var kept = Enumerable.Range(0, 8).Select(static number => new TestMail(number, 1500)).ToList();
        foreach (var mail in kept)
        {
            await mail.CommitAsync(spool);
            await mail.RecordAsync(spool, new SpoolChange.Done("k"));
        }
        using var stop = new CancellationTokenSource();
        var readers = kept.Take(2).Select(mail => Task.Run(async () =>
        {
            var reads = 0;
            for (; !stop.IsCancellationRequested; reads++)
            {
                Assert.Equal(["k"], (await mail.AssertStoredAsync(spool)).State.DoneKeys);
                await Task.Yield();
            }
            return reads;
        })).ToList();
        for (var number = 100; number < 400; number++)
        {
            await new TestMail(number, 2000).CommitAsync(spool);
            await new TestMail(number, 2000).RecordAsync(spool, new SpoolChange.Completed());
        }
        await spool.SettledAsync();
        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), static reads => Assert.True(reads > 0));
        Assert.Contains(disk.Trace, static step => step.Contains("delete /spool/journal/0000000003", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_that_became_unreadable_is_reported_and_its_file_kept()
    {
        var disk = new SimulatedDisk();
        await using var spool = await OpenAsync(disk, Options with { CompactionSlack = 8 << 10 });
        var reports = new List<string>();
        spool.Trouble += reports.Add;
        await new TestMail(1, 1000).CommitAsync(spool);
        disk.Inode("/spool/journal/0000000001.journal").Damage(SegmentFiles.FirstRecord + 200, "!"u8);
        Assert.Equal(SpoolFault.Corrupt, (await Assert.ThrowsAsync<SpoolException>(() => new TestMail(1).AssertStoredAsync(spool))).Fault);
        for (var number = 2; number <= 40; number++)
        {
            await new TestMail(number, 2000).CommitAsync(spool);
            await new TestMail(number, 2000).RecordAsync(spool, new SpoolChange.Completed());
        }
        await spool.SettledAsync();
        Assert.StartsWith($"message {new TestMail(1).Id} at segment 1 offset {SegmentFiles.FirstRecord + 120} can no longer be read", reports[0], StringComparison.Ordinal);
        Assert.Contains("the file is kept as /spool/damaged/0000000001-", reports[1], StringComparison.Ordinal);
        Assert.Single(disk.List("/spool/damaged"));
    }
}
