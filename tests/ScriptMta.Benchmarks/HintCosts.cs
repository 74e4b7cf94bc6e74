using System.Diagnostics;
using System.Globalization;
using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Spool;

namespace ScriptMta.Benchmarks;

/// <summary>
/// What ratelimit and seen cost with many keys that are kept on disk: time for an answer, memory of the whole process, time to read the files again; and a RCPT ACL of 30 statements.
/// Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- hints [keys]
/// </summary>
static class HintCosts
{
    const int Usual = 1_000_000;

    public static void Run(string[] arguments)
    {
        var keys = arguments is [var text] ? int.Parse(text, CultureInfo.InvariantCulture) : Usual;
        var directory = Directory.CreateTempSubdirectory("scriptmta-hints-");
        try
        {
            var before = Memory();
            using (var hints = Open(directory))
            {
                Measure("new rates", keys, hints, "ratelimit = 100 / 1h / per_cmd / strict / user$local_part@some.example.com");
                Measure("known rates", keys, hints, "ratelimit = 100 / 1h / per_cmd / strict / user$local_part@some.example.com");
                Measure("known rates, readonly", keys, hints, "ratelimit = 100 / 1h / per_cmd / readonly / user$local_part@some.example.com");
                Console.WriteLine($"{hints.Count} keys: {Memory() - before} MB more than before (whole process, after a collection)");
                Measure("known seen", keys / 10, hints, "seen = 1h / key=user$local_part@some.example.com");
            }
            Console.WriteLine($"files: {directory.GetDirectories()[0].GetFiles().Sum(f => f.Length) >> 20} MB");
            using var again = Open(directory);
            var clock = Stopwatch.GetTimestamp();
            again.Load();
            Console.WriteLine($"{again.Count} keys read again in {Stopwatch.GetElapsedTime(clock).TotalMilliseconds:F0} ms");
            RecipientAcl(again);
        }
        finally { directory.Delete(recursive: true); }
    }

    static HintStore Open(DirectoryInfo directory)
    {
        var hints = new HintStore(TimeProvider.System);
        hints.Keep(Path.Combine(directory.FullName, "hints"), new PosixSpoolFiles(), Console.WriteLine);
        return hints;
    }

    static void Measure(string what, int keys, HintStore hints, string condition)
    {
        var (runner, context, session) = Rules(hints, [$"warn {condition}", "accept"]);
        var clock = Stopwatch.GetTimestamp();
        for (var i = 0; i < keys; i++)
        {
            context.Address.LocalPart = i.ToString(CultureInfo.InvariantCulture);
            Ask(runner, context, session);
        }
        Console.WriteLine($"{what}: {Stopwatch.GetElapsedTime(clock).TotalMicroseconds / keys:F2} µs each, with the ACL round it");
    }

    /// <summary>Host, domain, local part and rate conditions, none of which is the last word; no lookup off the machine.</summary>
    static void RecipientAcl(HintStore hints)
    {
        List<string> lines = [];
        for (var i = 0; i < 10; i++)
            lines.AddRange([$"deny hosts = 198.51.100.{i} : 203.0.113.0/{i + 8}", "message = not from here", $"deny domains = other{i}.example : *.other{i}.example", $"deny ratelimit = 1000000 / 1h / per_rcpt / strict / key{i}"]);
        lines.Add("accept");
        var (runner, context, session) = Rules(hints, lines);
        for (var i = 0; i < 20_000; i++) Ask(runner, context, session);
        const int times = 100_000;
        var clock = Stopwatch.GetTimestamp();
        for (var i = 0; i < times; i++) Ask(runner, context, session);
        Console.WriteLine($"RCPT ACL of {lines.Count(l => !l.StartsWith("message", StringComparison.Ordinal))} statements: {Stopwatch.GetElapsedTime(clock).TotalMicroseconds / times:F2} µs");
    }

    static (AclRunner, ExpansionContext, AclSession) Rules(HintStore hints, IReadOnlyList<string> lines)
    {
        var options = new Template?[Enum.GetValues<AclWhere>().Length];
        options[(int)AclWhere.Rcpt] = Template.Parse("main", SourceLocation.BuiltIn("rates"));
        var at = SourceLocation.BuiltIn("rates");
        var set = AclSet.Load([new AclBlock("main", at, [.. lines.Select(line => new LogicalLine(line, at))])], options, new ProblemList());
        return (new AclRunner(set, null) { Hints = hints }, BenchmarkContext.Make(), new AclSession());
    }

    static void Ask(AclRunner runner, ExpansionContext context, AclSession session)
    {
        var verdict = runner.RunAsync(AclWhere.Rcpt, session, context, CancellationToken.None);
        if (!verdict.IsCompletedSuccessfully || !verdict.Result.IsAccept) throw new InvalidOperationException("the ACL must accept at once");
    }

    static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 >> 20;
    }
}
