using System.Diagnostics;
using System.Globalization;

namespace ScriptMta.Benchmarks;

/// <summary>
/// A queue of a million waiting messages: what one costs to accept and to record as N grows, what the daemon needs to start with them (cleanly stopped, and killed) and to hold them in memory,
/// how fast it then accepts compared with an empty queue, and what it costs to deliver all but one of them.
/// Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- million [N [BINARY]]
/// </summary>
static class MillionQueued
{
    const int AcceptedEach = 5000, Rounds = 6;

    public static void Run(string[] arguments)
    {
        var count = int.Parse(arguments.ElementAtOrDefault(0) ?? "1000000", CultureInfo.InvariantCulture);
        var binary = arguments.ElementAtOrDefault(1) ?? "src/ScriptMta/bin/Release/net10.0/scriptmta";
        var folder = Directory.CreateTempSubdirectory("scriptmta-million-").FullName;
        try
        {
            WaitingMail.FillAsync(Path.Combine(folder, "full"), count).GetAwaiter().GetResult();
            Start(folder, binary, "started after a clean end", stop: true);
            Start(folder, binary, "started again, then killed", stop: false);
            Start(folder, binary, "started after SIGKILL", stop: true);
            Compare(folder, binary);
            WaitingMail.DrainAsync(Path.Combine(folder, "full")).GetAwaiter().GetResult();
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    static void Start(string folder, string binary, string what, bool stop)
    {
        using var daemon = new MeasuredDaemon(folder, "full", binary);
        Console.WriteLine($"{what}: listens after {daemon.StartTime.TotalSeconds:F2} s; {daemon.Memory("VmRSS:") / 1024:N0} MB resident, {daemon.Memory("VmHWM:") / 1024:N0} MB at most so far");
        Thread.Sleep(3000);
        Console.WriteLine($"  3 s later {daemon.Memory("VmRSS:") / 1024:N0} MB resident, {daemon.Memory("VmHWM:") / 1024:N0} MB at most; {daemon.ProcessorTime().TotalSeconds:F1} s of processor time");
        if (stop) daemon.Stop();
        else daemon.Kill();
    }

    static void Compare(string folder, string binary)
    {
        // What filling has left for the disk to do is not the accepters' to wait for.
        using (var sync = Process.Start("sync")) sync.WaitForExit();
        using var full = new MeasuredDaemon(folder, "full", binary);
        using var empty = new MeasuredDaemon(folder, "empty", binary);
        foreach (var daemon in (MeasuredDaemon[])[full, empty]) daemon.Accept(1000);
        var (rates, others) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            // In turns, and each first in turn.
            if (round % 2 == 0) rates.Add(full.Accept(AcceptedEach));
            others.Add(empty.Accept(AcceptedEach));
            if (round % 2 != 0) rates.Add(full.Accept(AcceptedEach));
        }
        Console.WriteLine($"processor time of both, start included: {full.ProcessorTime().TotalSeconds:F1} s, {empty.ProcessorTime().TotalSeconds:F1} s");
        Console.WriteLine($"accepts {rates.Order().ElementAt(Rounds / 2):N0} messages/s, with an empty queue {others.Order().ElementAt(Rounds / 2):N0}: ratio {rates.Order().ElementAt(Rounds / 2) / others.Order().ElementAt(Rounds / 2):F2}");
        foreach (var daemon in (MeasuredDaemon[])[full, empty]) daemon.Stop();
    }
}
