using ScriptMta.Spool;

namespace ScriptMta.Tests.Spool;

/// <summary>
/// Cuts the power at every step of commits, outcomes, rollover, compaction and recovery, with everything, nothing and torn parts of
/// what was unsynced left, and checks the promises of the spool on what comes back.
/// </summary>
public sealed class PowerCutTests
{
    static readonly SpoolOptions Options = new()
    {
        Directory = "/spool",
        SegmentSize = 16 << 10,
        InlineLimit = 3000,
        CompactionSlack = 12 << 10,
        ReserveSpace = 0,
    };

    static readonly (Survival Survival, int Seed)[] Outcomes =
        [(Survival.Nothing, 0), (Survival.Everything, 0), (Survival.Ordered, 1), (Survival.Ordered, 3), (Survival.Reordered, 1), (Survival.Reordered, 3), (Survival.Torn, 1), (Survival.Torn, 2), (Survival.Torn, 3)];

    static ValueTask<JournalSpool> OpenAsync(SimulatedDisk disk, ManualClock? clock = null) =>
        JournalSpool.OpenAsync(Options, disk, clock ?? new ManualClock(), CancellationToken.None);

    /// <summary>Small and large messages, outcomes of both kinds, and enough completions that segments are freed and copied.</summary>
    static async Task RunAsync(SimulatedDisk disk, CrashLedger ledger)
    {
        var clock = new ManualClock();
        await using var spool = await OpenAsync(disk, clock);
        await spool.SettledAsync();
        await ledger.CommitAsync(spool, 1, 500);
        await ledger.CommitAsync(spool, 2, 7000);
        await ledger.DoneAsync(spool, 1, "a");
        await ledger.DoneAsync(spool, 1, "b");
        await ledger.DoneAsync(spool, 2, "c", durable: true);
        for (var number = 3; number <= 14; number++)
        {
            await ledger.CommitAsync(spool, number, 900 + number * 100);
            await ledger.DoneAsync(spool, number, "d");
            if (number % 3 == 0) await ledger.DoneAsync(spool, 1, $"later{number}");
            if (number is not 5 and not 9) await ledger.CompleteAsync(spool, number);
            await spool.SettledAsync();
        }
        await ledger.CompleteAsync(spool, 2, durable: true);
        await spool.SettledAsync();
        await ledger.DoneAsync(spool, 1, "last");
        clock.Advance(Options.FlushDelay);
        await spool.SettledAsync();
        if (!disk.IsOff) ledger.Flushed();
        await ledger.DoneAsync(spool, 9, "unflushed");
    }

    static async Task<CrashLedger> RunUntilCutAsync(SimulatedDisk disk)
    {
        var ledger = new CrashLedger();
        try { await RunAsync(disk, ledger); }
        catch (SpoolException) { }
        ledger.Crashed();
        return ledger;
    }

    static async Task VerifyAsync(SimulatedDisk disk, CrashLedger ledger)
    {
        await using (var spool = await OpenAsync(disk))
        {
            await ledger.VerifyAsync(spool);
            await ledger.CommitAsync(spool, 100, 2000);
            await ledger.CompleteAsync(spool, 100, durable: true);
            await spool.SettledAsync();
            await ledger.VerifyAsync(spool);
        }
        await using var again = await OpenAsync(disk);
        await ledger.VerifyAsync(again);
        ledger.Forget(100);
    }

    [Fact]
    public async Task The_scenario_rolls_over_and_compacts()
    {
        var disk = new SimulatedDisk();
        var ledger = new CrashLedger();
        await RunAsync(disk, ledger);
        Assert.Contains(disk.Trace, static step => step.Contains("delete /spool/journal/0000000001.journal", StringComparison.Ordinal));
        Assert.Contains(disk.Trace, static step => step.Contains("delete /spool/bodies/", StringComparison.Ordinal));
        Assert.InRange(disk.Steps, 80, 400);
        await VerifyAsync(disk, ledger);
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task A_power_cut_at_any_step_loses_nothing_that_was_promised(bool shortWrites)
    {
        for (var cut = 1; ; cut++)
        {
            var disk = new SimulatedDisk { CutAt = cut, ShortWrites = shortWrites };
            var ledger = await RunUntilCutAsync(disk);
            foreach (var (survival, seed) in Outcomes)
                await AtAsync($"cut at step {cut} ({disk.Trace[^1]}), {survival} {seed}", () => VerifyAsync(disk.AfterPowerCut(survival, seed * 1000 + cut), ledger));
            if (disk.Steps < cut) return;
        }
    }

    [Fact]
    public async Task A_power_cut_at_any_step_of_recovery_loses_nothing_that_was_promised()
    {
        for (var cut = 1; ; cut++)
        {
            var disk = new SimulatedDisk { CutAt = cut };
            var ledger = await RunUntilCutAsync(disk);
            foreach (var (survival, seed) in Outcomes.Where(static outcome => outcome.Seed is 1 or 2 || outcome.Survival == Survival.Everything))
                await CutRecoveryAsync(disk, cut, survival, seed, ledger);
            if (disk.Steps < cut) return;
        }
    }

    static async Task CutRecoveryAsync(SimulatedDisk first, int cut, Survival survival, int seed, CrashLedger ledger)
    {
        for (var second = 1; ; second++)
        {
            var disk = first.AfterPowerCut(survival, seed * 1000 + cut, second);
            try
            {
                await using var spool = await OpenAsync(disk);
                await spool.SettledAsync();
            }
            catch (SpoolException) { }
            foreach (var outcome in (Survival[])[Survival.Nothing, Survival.Torn])
                await AtAsync($"cut at {cut} ({first.Trace[^1]}), {survival} {seed}, then at {second} ({disk.Trace.LastOrDefault()}), {outcome}",
                    () => ReopenAsync(disk.AfterPowerCut(outcome, second), ledger));
            if (disk.Steps < second) return;
        }
    }

    static async Task ReopenAsync(SimulatedDisk disk, CrashLedger ledger)
    {
        await using var spool = await OpenAsync(disk);
        await ledger.VerifyAsync(spool);
        await spool.SettledAsync();
        await ledger.VerifyAsync(spool);
    }

    static async Task AtAsync(string where, Func<Task> check)
    {
        try { await check(); }
        catch (Exception error) { throw new InvalidOperationException($"{where}: {error.Message}", error); }
    }
}
