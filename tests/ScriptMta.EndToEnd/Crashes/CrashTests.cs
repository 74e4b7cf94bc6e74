using System.Diagnostics;
using System.Globalization;
using Xunit.Abstractions;

namespace ScriptMta.EndToEnd;

/// <summary>
/// Kills the daemon (SIGKILL) at random moments with load in and out, and proves that each message answered 250 is delivered or bounced, that nothing is delivered with other bytes, and twice only
/// what was delivered in the last moment before a crash. Every fifth round kills it while it starts. SCRIPTMTA_LONG makes it 200 rounds (tests/run --long).
/// </summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    const int Short = 30, Long = 200;

    /// <summary>What delivery recorded is flushed after 100 ms; a machine whose processors and disk are busy with other things may take longer to get to it.</summary>
    static readonly TimeSpan Unflushed = TimeSpan.FromSeconds(3);

    static readonly int Rounds = Environment.GetEnvironmentVariable("SCRIPTMTA_LONG") is { Length: > 0 } ? Long : Short;

    [Fact]
    public void No_message_that_was_answered_250_is_lost_or_needlessly_repeated_in_crashes()
    {
        using var sink = new SmtpSink();
        using var site = new TestSite(sink.Port);
        var evidence = new CrashEvidence(site);
        sink.Taken = evidence.Taken;
        var load = new CrashLoad();
        var random = new Random(20250327);
        for (var round = 0; round < Rounds; round++)
            if (round % 5 == 4) KillAtStart(site, evidence, random.Next(60, 400));
            else OneRound(site, load, evidence, round, random.Next(20, 900));

        using (var daemon = site.StartDaemon())
        {
            Wait.Until(() => QueueIsEmpty(site), () => $"the queue to be empty after the last crash\n{site.Command(["mailq", "-C", site.ConfigFile])}", 180);
            Assert.Equal(0, daemon.Stop());
        }
        Assert.Empty(evidence.Missing(load.Accepted));
        Assert.Empty(evidence.Unexplained(Unflushed));
        Assert.Empty(evidence.WrongBytes);
        Report(load, evidence);
    }

    static bool QueueIsEmpty(TestSite site) => site.Command(["-bpc", "-C", site.ConfigFile]).Output.Trim() == "0";

    static void OneRound(TestSite site, CrashLoad load, CrashEvidence evidence, int round, int milliseconds)
    {
        using var daemon = site.StartDaemon();
        var senders = load.Start(daemon.Port, round);
        Thread.Sleep(milliseconds);
        daemon.KillHard();
        evidence.Killed();
        senders.ForEach(static sender => sender.Join());
    }

    /// <summary>While it reads its configuration, recovers the spool, or takes up deliveries.</summary>
    static void KillAtStart(TestSite site, CrashEvidence evidence, int milliseconds)
    {
        using var process = Process.Start(new ProcessStartInfo(Binary.FilePath, ["daemon", "--config", site.ConfigFile]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.WaitForExit(milliseconds);
        process.Kill();
        process.WaitForExit();
        evidence.Killed();
    }

    void Report(CrashLoad load, CrashEvidence evidence)
    {
        var accepted = load.Accepted;
        var text = string.Create(CultureInfo.InvariantCulture, $"{Rounds} SIGKILLs: {accepted.Count} messages answered 250 ({accepted.Count(CrashLoad.IsForMaildir)} for a Maildir, {accepted.Count(CrashLoad.IsForSink)} for another server, " +
            $"{accepted.Count(CrashLoad.IsForNobody)} to bounce), 0 lost, 0 with other bytes, {evidence.Duplicates} delivered again, each taken at most {evidence.LongestBefore.TotalMilliseconds:F0} ms before a crash");
        output.WriteLine(text);
        if (Environment.GetEnvironmentVariable("SCRIPTMTA_LONG") is { Length: > 0 }) Console.WriteLine(text);
        Assert.True(accepted.Count > Rounds * 5, $"only {accepted.Count} messages were accepted: the test had no load");
    }
}
