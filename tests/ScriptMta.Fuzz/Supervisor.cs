using System.Diagnostics;
using System.Globalization;

namespace ScriptMta.Fuzz;

/// <summary>Runs the worker in a process of its own, since a stack overflow ends the process and a hang never comes back; keeps the input that did it as a file.</summary>
static class Supervisor
{
    // No input of a megabyte may take this much of a processor, nor stand still so long.
    static readonly TimeSpan MostWork = TimeSpan.FromSeconds(10);
    static readonly TimeSpan MostWaiting = TimeSpan.FromSeconds(60);
    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    public static int Run(FuzzTarget target, TimeSpan limit, int seed)
    {
        var folder = Directory.CreateTempSubdirectory($"scriptmta-fuzz-{target.Name}-").FullName;
        var path = Path.Combine(folder, "input");
        using var input = new CurrentInput(path);
        using var worker = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [target.Name, "--worker", path, seed.ToString(CultureInfo.InvariantCulture)]))!;
        var found = Watch(worker, input, limit);
        if (!worker.HasExited) worker.Kill();
        worker.WaitForExit();
        Console.WriteLine($"fuzz {target.Name}: {input.Number} inputs in {limit.TotalSeconds:F0} s, seed {seed}: {found ?? "nothing found"}");
        if (found is not null) return Keep(input, target, folder);
        Directory.Delete(folder, recursive: true);
        return input.Number > 0 ? 0 : 1;
    }

    /// <summary>Null when time was up.</summary>
    static string? Watch(Process worker, CurrentInput input, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        var (number, since, work) = (-1L, TimeSpan.Zero, TimeSpan.Zero);
        while (clock.Elapsed < limit)
        {
            if (worker.WaitForExit(Look)) return $"the worker ended with status {worker.ExitCode}";
            worker.Refresh();
            if (input.Number != number) (number, since, work) = (input.Number, clock.Elapsed, worker.TotalProcessorTime);
            else if (worker.TotalProcessorTime - work > MostWork) return $"an input takes more than {MostWork.TotalSeconds:F0} s of processor time";
            else if (clock.Elapsed - since > MostWaiting) return $"an input has been waiting for more than {MostWaiting.TotalSeconds:F0} s";
        }
        return null;
    }

    static int Keep(CurrentInput input, FuzzTarget target, string folder)
    {
        var kept = Path.Combine(folder, "found");
        File.WriteAllBytes(kept, input.Bytes);
        Console.WriteLine($"the input: {kept}; again: ScriptMta.Fuzz {target.Name} {kept}");
        return 1;
    }
}
