using System.Diagnostics;
using ScriptMta.Acl;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Mail;
using ScriptMta.Scripting;

namespace ScriptMta.Benchmarks;

/// <summary>
/// What a JavaScript hook adds to a message: the DATA ACL of a message with and without <c>js = function</c>, time and garbage. The issue of the front door allows 30 µs for one
/// that reads the subject. Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- hook
/// </summary>
static class HookCosts
{
    const int Warm = 20_000;
    const int Measured = 20_000;
    const int Rounds = 7;

    const string Script = """
        function subject(mta) { return mta.message.subject.indexOf("lottery") >= 0; }
        function nothing() { return false; }
        function headers(mta) {
          var from = mta.message.headers.get("From"), to = mta.message.headers.get("To");
          return mta.connection.authenticatedId === "" && from !== null && from === to;
        }
        function verdict(mta) { return mta.message.subject.indexOf("lottery") >= 0 ? { verdict: "deny", text: "no" } : { result: false, set: { acl_m_seen: "1" } }; }
        """;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("scriptmta-hook").FullName;
        File.WriteAllText(Path.Combine(folder, "hook.js"), Script);
        var problems = new ProblemList();
        var options = new ScriptOptions { Files = ["hook.js"] };
        using var pool = ScriptEnginePool.Load(options, Path.Combine(folder, "site.conf"), problems, SourceLocation.BuiltIn("benchmark"))!;
        var without = Cost("deny condition = no|accept", pool);
        Console.WriteLine($"{"without a hook",-28} {without.Microseconds,7:F2} µs {without.Bytes,6} bytes");
        foreach (var function in (string[])["nothing", "subject", "headers", "verdict"])
        {
            var cost = Cost($"deny js = {function}|accept", pool);
            Console.WriteLine($"{"js = " + function + " adds",-28} {cost.Microseconds - without.Microseconds,7:F2} µs {cost.Bytes - without.Bytes,6} bytes");
        }
        Directory.Delete(folder, recursive: true);
    }

    static (double Microseconds, long Bytes) Cost(string list, ScriptEnginePool pool)
    {
        var options = new Template?[Enum.GetValues<AclWhere>().Length];
        options[(int)AclWhere.Data] = Template.Parse("main", At(1));
        var runner = new AclRunner(AclSet.Load([new("main", At(1), [.. list.Split('|').Select((line, i) => new LogicalLine(line, At(i + 2)))])], options, new()), null);
        var environment = BenchmarkContext.Make().Environment with { Scripts = pool };
        void Work()
        {
            var verdict = runner.RunAsync(AclWhere.Data, new(), Context(environment), CancellationToken.None);
            if (!verdict.Result.IsAccept) throw new InvalidOperationException(verdict.Result.ToString());
        }
        for (var i = 0; i < Warm; i++) Work();
        Thread.Sleep(300); // the compiler in the background catches up
        var (best, garbage) = (double.MaxValue, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var clock = Stopwatch.GetTimestamp();
            for (var i = 0; i < Measured; i++) Work();
            best = Math.Min(best, Stopwatch.GetElapsedTime(clock).TotalMicroseconds / Measured);
            garbage = (GC.GetAllocatedBytesForCurrentThread() - before) / Measured;
        }
        return (best, garbage);
    }

    static ExpansionContext Context(RuleEnvironment environment)
    {
        var context = new ExpansionContext { Environment = environment };
        context.Connection.HostAddress = "192.0.2.1";
        context.Message.Sender = MailAddress.Split("sender@far.example");
        context.Message.Recipients.Add(MailAddress.Split("joe@example.com"));
        context.Message.Headers = Headers;
        return context;
    }

    static readonly HeaderSection Headers = new(
    [
        HeaderField.Create("Received", "from far.example ([192.0.2.1])\n\tby mail.example.com with esmtp\n\tid 1xWGVX-0008Ng-2Y\n\tfor joe@example.com;\n\tWed, 25 Nov 2026 17:10:00 +0000"),
        HeaderField.Create("From", "A Sender <sender@far.example>"), HeaderField.Create("To", "Joe <joe@example.com>"), HeaderField.Create("Date", "Wed, 25 Nov 2026 17:10:00 +0000"),
        HeaderField.Create("Message-ID", "<1234@far.example>"), HeaderField.Create("Subject", "Minutes of the =?utf-8?Q?gr=C3=BCne?= meeting on Wednesday"),
        HeaderField.Create("MIME-Version", "1.0"), HeaderField.Create("Content-Type", "text/plain; charset=utf-8"),
    ]);

    static SourceLocation At(int line) => new("benchmark.conf", line, 1);
}
