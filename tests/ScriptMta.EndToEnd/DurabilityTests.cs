using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>Watches the daemon's system calls: what it says about a message follows what it has put on stable storage.</summary>
public sealed partial class DurabilityTests
{
    /// <summary>Calls of one conversation in the order in which they ended: writes to the journal, syncs of it, and what was sent to the client.</summary>
    [Theory]
    [InlineData(10)]
    [InlineData(300_000)] // several lines' worth of packets, in the journal
    [InlineData(3_000_000)] // a body file of its own
    public void A_250_after_DATA_follows_the_sync_of_the_journal(int size)
    {
        using var site = new TestSite(main: "queue_only = true");
        using var daemon = site.StartDaemon();
        using var trace = new Trace(daemon.ProcessId, site.Folder["trace"]);
        using (var client = new SmtpConversation(daemon.Port))
        {
            client.Reply();
            client.Ask("EHLO client.example");
            for (var i = 0; i < 3; i++)
            {
                Assert.StartsWith("250 2.0.0 OK id=", client.Deliver("s@example.com", ["alice@example.com"], "Subject: x\n\n" + new string('x', 70) + string.Concat(Enumerable.Repeat("\n0123456789", size / 11))), StringComparison.Ordinal);
            }
        }
        daemon.Stop();
        var calls = trace.Calls();
        var answers = calls.Select((line, at) => (line, at)).Where(c => Answer().IsMatch(c.line)).Select(c => c.at).ToList();
        Assert.Equal(3, answers.Count);
        var from = 0;
        foreach (var answer in answers)
        {
            var before = calls[from..answer];
            var written = before.FindLastIndex(l => JournalWrite().IsMatch(l));
            Assert.True(written >= 0, $"no write to the journal before the answer:\n{string.Join('\n', before.TakeLast(40))}");
            Assert.True(before.FindIndex(written, l => JournalSync().IsMatch(l)) > written, $"no sync of the journal between its write and the answer:\n{string.Join('\n', before.TakeLast(40))}");
            if (size > 1 << 20) Assert.True(before.FindLastIndex(written, l => BodySync().IsMatch(l)) >= 0, $"the body file was not synced before the record that names it:\n{string.Join('\n', before.TakeLast(40))}");
            from = answer + 1;
        }
    }

    [GeneratedRegex(@"send\w*\(.*""250 2.0.0 OK id=|write\(\d+<socket:.*""250 OK id=|write\(\d+<TCP:.*""250 OK id=")]
    private static partial Regex Answer();

    [GeneratedRegex(@"pwrite\w*\(\d+<[^>]*/journal/journal/[^>]*>.*(= \d+|<unfinished \.\.\.>)$")]
    private static partial Regex JournalWrite();

    [GeneratedRegex(@"fdatasync\(\d+<[^>]*/journal/journal/[^>]*>\) += 0$|fdatasync resumed>\) += 0$")]
    private static partial Regex JournalSync();

    [GeneratedRegex(@"f(data)?sync\(\d+<[^>]*/bodies/[^>]*>\) += 0$|f(data)?sync resumed>\) += 0$")]
    private static partial Regex BodySync();

    /// <summary>strace on a running process, until disposed.</summary>
    sealed class Trace : IDisposable
    {
        readonly Process _process;
        readonly string _file;

        public Trace(int process, string file)
        {
            _file = file;
            var start = new ProcessStartInfo("strace") { RedirectStandardError = true };
            foreach (var argument in (string[])["-f", "-yy", "-s", "40", "-e", "trace=fsync,fdatasync,pwrite64,pwritev,write,sendto,sendmsg", "-o", file, "-p", $"{process}"]) start.ArgumentList.Add(argument);
            _process = Process.Start(start)!;
            var said = _process.StandardError.ReadLine() ?? "";
            Assert.Contains("attached", said, StringComparison.Ordinal);
        }

        public List<string> Calls()
        {
            if (!_process.WaitForExit(TimeSpan.FromSeconds(20))) Assert.Fail("strace did not end with the daemon");
            return [.. File.ReadLines(_file)];
        }

        public void Dispose()
        {
            if (!_process.HasExited) _process.Kill();
            _process.Dispose();
        }
    }
}
