using ScriptMta.Common.Posix;
using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>A full disk, an I/O error, a failed sync: at every call of a run, once or from then on. Whatever was promised stays, whatever was refused does not appear.</summary>
public sealed class DiskFaultTests
{
    static readonly SpoolOptions Options = new()
    {
        Directory = "/spool",
        SegmentSize = 16 << 10,
        InlineLimit = 3000,
        CompactionSlack = 12 << 10,
        ReserveSpace = 0,
        UpkeepRetry = TimeSpan.Zero,
    };

    static ValueTask<JournalSpool> OpenAsync(SimulatedDisk disk, SpoolOptions? options = null) =>
        JournalSpool.OpenAsync(options ?? Options, disk, new ManualClock(), CancellationToken.None);

    [Theory]
    [InlineData(PosixError.NoSpace, false), InlineData(PosixError.InputOutput, false), InlineData(PosixError.NoSpace, true), InlineData(PosixError.InputOutput, true)]
    public async Task An_error_at_any_call_breaks_no_promise(int error, bool forGood)
    {
        for (var at = 1; ; at++)
        {
            var disk = new SimulatedDisk { Fail = (_, number) => number == at || (forGood && number > at) ? error : null };
            var ledger = new CrashLedger();
            await RunAsync(disk, ledger);
            ledger.Crashed();
            disk.Fail = null;
            try
            {
                await VerifyAsync(disk, ledger);
                await VerifyAsync(disk.AfterPowerCut(Survival.Torn, at), ledger);
            }
            catch (Exception failure) { throw new InvalidOperationException($"error at call {at} ({disk.FailedCall}): {failure.Message}", failure); }
            if (disk.Calls < at) return;
        }
    }

    /// <summary>Goes on after refusals, as sessions and deliveries do.</summary>
    static async Task RunAsync(SimulatedDisk disk, CrashLedger ledger)
    {
        try
        {
            await using var spool = await OpenAsync(disk);
            for (var number = 1; number <= 9; number++)
            {
                if (!await TryAsync(ledger.CommitAsync(spool, number, 900 + number * 400))) continue;
                await TryAsync(ledger.DoneAsync(spool, number, "d"));
                await TryAsync(ledger.DoneAsync(spool, number, "e", durable: true));
                if (number % 3 != 0) await TryAsync(ledger.CompleteAsync(spool, number));
                await spool.SettledAsync();
            }
        }
        catch (SpoolException) { }
    }

    static async Task<bool> TryAsync(Task work)
    {
        try
        {
            await work;
            return true;
        }
        catch (SpoolException) { return false; }
    }

    static async Task VerifyAsync(SimulatedDisk disk, CrashLedger ledger)
    {
        await using var spool = await OpenAsync(disk);
        await ledger.VerifyAsync(spool);
        await spool.SettledAsync();
        await ledger.VerifyAsync(spool);
    }

    [Fact]
    public async Task A_full_disk_refuses_mail_takes_outcomes_and_recovers_when_there_is_space()
    {
        var disk = new SimulatedDisk();
        await using var spool = await OpenAsync(disk);
        await spool.SettledAsync();
        disk.Capacity = 0;
        var taken = 0;
        SpoolException? refusal = null;
        while (refusal is null)
            try { await new TestMail(++taken, 2000).CommitAsync(spool); }
            catch (SpoolException error) { refusal = error; }
        Assert.Equal(SpoolFault.DiskFull, refusal.Fault);
        Assert.InRange(taken, 2, 5);
        for (var number = 1; number < taken; number++)
            await new TestMail(number, 2000).RecordAsync(spool, new SpoolChange.Done(new string('x', 900)), new SpoolChange.Attempted(TestMail.Epoch, TestMail.Epoch));
        Assert.Equal(taken - 1, spool.Entries().Count);
        Assert.Null(spool.Find(new TestMail(taken, 2000).Id));
        disk.Capacity = long.MaxValue;
        await new TestMail(taken, 2000).CommitAsync(spool);
        await new TestMail(taken, 2000).AssertStoredAsync(spool);
    }

    [Fact]
    public async Task A_large_body_is_refused_before_it_eats_the_reserve()
    {
        var disk = new SimulatedDisk { Capacity = 100_000 };
        await using var spool = await OpenAsync(disk, Options with { ReserveSpace = 60_000 });
        await spool.SettledAsync();
        var error = await Assert.ThrowsAsync<SpoolException>(() => new TestMail(1, 50_000).CommitAsync(spool));
        Assert.Equal(SpoolFault.DiskFull, error.Fault);
        Assert.Empty(disk.List("/spool/bodies"));
        await new TestMail(2, 500).CommitAsync(spool);
    }

    [Fact]
    public async Task A_write_that_fails_half_way_is_undone()
    {
        var disk = new SimulatedDisk();
        await using (var spool = await OpenAsync(disk))
        {
            await spool.SettledAsync();
            await new TestMail(1).CommitAsync(spool);
            disk.Fail = (call, _) => call == "write" ? PosixError.NoSpace : null;
            Assert.Equal(SpoolFault.DiskFull, (await Assert.ThrowsAsync<SpoolException>(() => new TestMail(2, 2500).CommitAsync(spool))).Fault);
            disk.Fail = null;
            await new TestMail(3, 10).CommitAsync(spool);
        }
        await using var again = await OpenAsync(disk);
        Assert.Equal([new TestMail(1).Id, new TestMail(3).Id], again.Entries().Select(static entry => entry.Id));
    }

    [Fact]
    public async Task After_a_failed_sync_nothing_is_taken_any_more_but_mail_can_still_be_read()
    {
        var disk = new SimulatedDisk();
        await using (var spool = await OpenAsync(disk))
        {
            await spool.SettledAsync();
            await new TestMail(1).CommitAsync(spool);
            disk.Fail = (call, _) => call == "sync" ? PosixError.InputOutput : null;
            var error = await Assert.ThrowsAsync<SpoolException>(() => new TestMail(2).CommitAsync(spool));
            Assert.Equal(SpoolFault.SyncFailed, error.Fault);
            disk.Fail = null;
            error = await Assert.ThrowsAsync<SpoolException>(() => new TestMail(3).CommitAsync(spool));
            Assert.Equal(SpoolFault.SyncFailed, error.Fault);
            Assert.Contains("restart ScriptMta", error.Message, StringComparison.Ordinal);
            error = await Assert.ThrowsAsync<SpoolException>(() => new TestMail(1).RecordAsync(spool, new SpoolChange.Completed()).AsTask());
            Assert.Equal(SpoolFault.SyncFailed, error.Fault);
            await new TestMail(1).AssertStoredAsync(spool);
        }
        await using var again = await OpenAsync(disk.AfterPowerCut(Survival.Nothing, 0));
        await new TestMail(1).AssertStoredAsync(again);
        await new TestMail(3).CommitAsync(again);
    }

    [Fact]
    public async Task A_large_body_that_was_not_taken_leaves_no_file()
    {
        var disk = new SimulatedDisk();
        await using var spool = await OpenAsync(disk);
        await spool.SettledAsync();
        disk.Fail = (call, _) => call == "sync" ? PosixError.InputOutput : null;
        await using var draft = spool.Begin(new TestMail(1).Id);
        await draft.AppendAsync(new byte[9000], CancellationToken.None);
        await Assert.ThrowsAsync<SpoolException>(() => new TestMail(2).CommitAsync(spool));
        disk.Fail = null;
        await Assert.ThrowsAsync<SpoolException>(() => spool.CommitAsync(new TestMail(1).Envelope, new TestMail(1).Headers, draft, default, CancellationToken.None).AsTask());
        await draft.DisposeAsync();
        Assert.Empty(disk.List("/spool/bodies"));
    }

    [Fact]
    public async Task A_failed_sync_of_a_large_body_refuses_mail_too()
    {
        var disk = new SimulatedDisk();
        await using var spool = await OpenAsync(disk);
        await spool.SettledAsync();
        disk.Fail = (call, _) => call == "syncdir" ? PosixError.InputOutput : null;
        Assert.Equal(SpoolFault.SyncFailed, (await Assert.ThrowsAsync<SpoolException>(() => new TestMail(1, 9000).CommitAsync(spool))).Fault);
        Assert.Equal(SpoolFault.SyncFailed, Assert.Throws<SpoolException>(() => spool.Begin(new TestMail(2).Id)).Fault);
    }
}
