using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>A disk that answers late, and a clock that nobody can rely on.</summary>
public sealed class StallTests
{
    static readonly SpoolOptions Options = new() { Directory = "/spool", SegmentSize = 64 << 10, CompactionSlack = 64 << 10, ReserveSpace = 0 };

    [Theory]
    [InlineData("sync"), InlineData("write")]
    public async Task While_the_disk_stalls_for_30_seconds_sessions_wait_and_nothing_is_answered_or_done_twice(string call)
    {
        var (disk, clock) = (new SimulatedDisk(), new ManualClock());
        var mails = Enumerable.Range(2, 20).Select(static number => new TestMail(number, 2000)).ToList();
        await using (var spool = await JournalSpool.OpenAsync(Options, disk, clock, CancellationToken.None))
        {
            await spool.SettledAsync();
            await new TestMail(1).CommitAsync(spool);
            using var stalled = new ManualResetEventSlim();
            using var goesOn = new ManualResetEventSlim();
            disk.Fail = (name, _) =>
            {
                if (name != call) return null;
                stalled.Set();
                goesOn.Wait();
                return null;
            };
            var work = mails.Select(mail => Task.Run(() => mail.CommitAsync(spool))).Append(Task.Run(() => new TestMail(1).RecordDurablyAsync(spool, new SpoolChange.Done("once")).AsTask())).ToList();
            stalled.Wait();
            for (var second = 0; second < 30; second++) clock.Advance(TimeSpan.FromSeconds(1));
            Assert.DoesNotContain(work, static task => task.IsCompleted);
            Assert.Equal(1, spool.Count);
            goesOn.Set();
            await Task.WhenAll(work);
            Assert.Equal(21, spool.Count);
        }
        await using var again = await JournalSpool.OpenAsync(Options, disk.AfterPowerCut(Survival.Nothing, 0), clock, CancellationToken.None);
        Assert.Equal(21, again.Entries().Select(static entry => entry.Id).Distinct().Count());
        foreach (var mail in mails) await mail.AssertStoredAsync(again);
        Assert.Equal(["once"], (await new TestMail(1).AssertStoredAsync(again)).State.DoneKeys);
        Assert.Equal(21, again.Account.Totals.Accepted);
    }

    [Fact]
    public async Task A_clock_that_jumps_to_and_fro_loses_and_repeats_nothing()
    {
        var (disk, clock) = (new SimulatedDisk(), new ManualClock());
        var days = (int[])[400, -800, 0, 1, -1, 30_000, -29_000];
        var number = 0;
        foreach (var jump in days)
        {
            await using var spool = await JournalSpool.OpenAsync(Options, disk, clock, CancellationToken.None);
            Assert.Equal(number, spool.Count);
            clock.Advance(TimeSpan.FromDays(jump));
            for (var i = 0; i < 10; i++)
            {
                var mail = new TestMail(++number, 3000);
                await mail.CommitAsync(spool);
                await mail.RecordAsync(spool, new SpoolChange.Done("d"), new SpoolChange.Attempted(clock.GetUtcNow(), clock.GetUtcNow().AddHours(1)));
                Assert.Equal(clock.GetUtcNow().AddHours(1), spool.Find(mail.Id)!.Value.NextAttempt);
            }
            clock.Advance(TimeSpan.FromSeconds(-5));
            await spool.SettledAsync();
        }
        await using var last = await JournalSpool.OpenAsync(Options, disk, clock, CancellationToken.None);
        Assert.Equal(number, last.Count);
        for (; number > 0; number--) Assert.Equal(["d"], (await new TestMail(number, 3000).AssertStoredAsync(last)).State.DoneKeys);
    }
}
