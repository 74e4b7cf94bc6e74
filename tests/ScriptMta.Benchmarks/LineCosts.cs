using System.Diagnostics;
using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Benchmarks;

/// <summary>What each kind of line of the -be comparison costs to read and to expand: time and garbage. Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- lines</summary>
static class LineCosts
{
    const int Warm = 30_000;
    const int Measured = 200_000;

    public static void Run()
    {
        Console.WriteLine("read ns  bytes | expand ns  bytes | line");
        foreach (var line in WholeProcess.Lines(Path.GetTempFileName()))
        {
            var context = BenchmarkContext.Make();
            var template = Template.Parse(line, SourceLocation.BuiltIn("-be"));
            var (readTime, readBytes) = Cost(() => Template.Parse(line, SourceLocation.BuiltIn("-be")));
            var (time, bytes) = Cost(() => template.Expand(context));
            Console.WriteLine($"{readTime,7:F0} {readBytes,6} | {time,9:F0} {bytes,6} | {line}");
        }
    }

    static (double Nanoseconds, long Bytes) Cost<T>(Func<T> work)
    {
        for (var i = 0; i < Warm; i++) work();
        Thread.Sleep(200); // the compiler in the background catches up
        for (var i = 0; i < Warm; i++) work();
        var (best, garbage) = (double.MaxValue, 0L);
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.GetTimestamp();
            for (var i = 0; i < Measured / 5; i++) work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(clock).TotalNanoseconds / (Measured / 5));
            garbage = (GC.GetAllocatedBytesForCurrentThread() - before) / (Measured / 5);
        }
        return (best, garbage);
    }
}
