using System.Diagnostics;

namespace ScriptMta.Benchmarks;

/// <summary>
/// The published binary against Exim, whole processes in turn: -be over 200,000 lines, and a 1,500-line configuration read from cold. Ratios hold on a busy machine better than times; the best of
/// all rounds counts. Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- process [BINARY [EXIM]]
/// </summary>
static class WholeProcess
{
    const int LineCount = 200_000;
    const int Rounds = 7;
    const int Repeats = 10;
    const string Exim = "/var/cache/scriptmta-tests/exim/usr/sbin/exim4";

    static readonly string[] Kinds =
    [
        "${lc:User%d@EXAMPLE.Test}", "${local_part:user%d@example.test} at ${domain:user%d@example.test}", "${if match{user%d@example.test}{^([a-z]+)([0-9]+)@(.*)\\$}{$3/$1/$2}{no}}",
        "${sg{the subject number %d of many}{[aeiou]}{_}}", "${lookup{u7}lsearch{USERS}{found $value %d}{none}}", "${if and{{>{%d}{100}}{<{%d}{1000000}}}{in range}{out}}", "${extract{2}{:}{one:two%d:three}}",
        "${reduce{<, 1,2,3,%d}{0}{${eval:$value+$item}}}", "${md5:message %d} ${length_4:${sha256:%d}}", "${map{<, a,b,c,%d}{<$item>}}",
    ];

    /// <summary>One line of each kind.</summary>
    public static IEnumerable<string> Lines(string users) => Kinds.Select(kind => Line(kind, users, 1234));

    public static void Run(string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("scriptmta-bench-").FullName;
        try { Compare(folder, arguments.ElementAtOrDefault(0) ?? "artifacts/publish/scriptmta", arguments.ElementAtOrDefault(1) ?? Exim); }
        finally { Directory.Delete(folder, recursive: true); }
    }

    static void Compare(string folder, string ours, string exim)
    {
        var (users, lines, small, large) = (Path.Combine(folder, "users"), Path.Combine(folder, "lines"), Path.Combine(folder, "small.conf"), Path.Combine(folder, "large.conf"));
        File.WriteAllLines(users, Enumerable.Range(1, 50).Select(i => $"u{i}: u{i}"));
        File.WriteAllLines(lines, Enumerable.Range(0, LineCount).Select(i => Line(Kinds[i % Kinds.Length], users, i)));
        File.WriteAllText(small, $"primary_hostname = mx.bench.test\nkeep_environment =\nspool_directory = {folder}/spool\nlog_file_path = {folder}/%slog\n");
        File.WriteAllText(large, File.ReadAllText(small) + LargeConfiguration.Text(users));
        var (best, cold) = (new double[2], new double[3]);
        Array.Fill(best, double.MaxValue);
        Array.Fill(cold, double.MaxValue);
        for (var round = 0; round < Rounds; round++)
        {
            best[0] = Math.Min(best[0], Time(exim, $"-C {small} -be", lines));
            best[1] = Math.Min(best[1], Time(ours, $"-C {small} -be", lines));
            for (var i = 0; i < Repeats; i++)
            {
                cold[0] = Math.Min(cold[0], Time(ours, "-bV", null));
                cold[1] = Math.Min(cold[1], Time(ours, $"-C {small} -be x", null));
                cold[2] = Math.Min(cold[2], Time(ours, $"-C {large} -be x", null));
            }
        }
        Console.WriteLine($"-be, {LineCount} lines: Exim {LineCount / best[0] * 1e3:F0} lines/s, ScriptMta {LineCount / best[1] * 1e3:F0} lines/s, ratio {best[0] / best[1]:F2}");
        Console.WriteLine($"whole process: -bV {cold[0]:F0} ms; -be x with 4 lines of configuration {cold[1]:F0} ms, with {File.ReadLines(large).Count()} lines {cold[2]:F0} ms: those lines cost {cold[2] - cold[1]:F0} ms, all loading {cold[2] - cold[0]:F0} ms");
    }

    static string Line(string kind, string users, int number) =>
        kind.Replace("USERS", users, StringComparison.Ordinal).Replace("%d", number.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>Milliseconds of a shell's child, so that standard input and output are files.</summary>
    static double Time(string program, string arguments, string? input)
    {
        var clock = Stopwatch.GetTimestamp();
        using var process = Process.Start("/bin/sh", ["-c", $"exec {program} {arguments} < {input ?? "/dev/null"} > /dev/null"]);
        process.WaitForExit();
        var elapsed = Stopwatch.GetElapsedTime(clock).TotalMilliseconds;
        return process.ExitCode == 0 ? elapsed : throw new InvalidOperationException($"{program} {arguments} ended with {process.ExitCode}");
    }
}
