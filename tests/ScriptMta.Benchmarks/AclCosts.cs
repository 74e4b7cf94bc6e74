using System.Collections.Frozen;
using ScriptMta.Acl;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Language;
using ScriptMta.Logging;
using ScriptMta.Lookups;
using ScriptMta.Mail;
using ScriptMta.Reception;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Benchmarks;

/// <summary>
/// A RCPT ACL of 30 statements with host, domain, sender and ratelimit conditions that all are asked before the last one accepts, and none of which leaves the machine.
/// Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- acl
/// </summary>
static class AclCosts
{
    static readonly MailAddress Sender = new("sender", "client.example");

    const int Warm = 20_000, Measured = 20_000, Rounds = 10;

    public static void Run()
    {
        foreach (var (name, ratelimits) in (ReadOnlySpan<(string, int)>)[("30 statements, no ratelimit", 0), ("30 statements, one of them ratelimit", 1), ("30 statements, five of them ratelimit", 5)])
            Console.WriteLine($"{name,-40}{Cost(Rules(ratelimits)):F2} µs a RCPT");
    }

    static double Cost(ReceptionRules rules)
    {
        var session = new AclSession();
        var context = new ExpansionContext { Environment = rules.Environment, Connection = new() { HostAddress = "192.0.2.77", HostName = "client.example", HeloName = "client.example" } };
        context.Message.Sender = Sender;
        for (var i = 0; i < Warm; i++) Ask(rules, session, context, i);
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            // Time of the processor: that of the clock says more about what else the machine does.
            var before = Environment.CpuUsage.TotalTime;
            for (var i = 0; i < Measured; i++) Ask(rules, session, context, i);
            best = Math.Min(best, (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Measured);
        }
        return best;
    }

    /// <summary>As RCPT does it: another recipient each time, and a new message after a hundred.</summary>
    static void Ask(ReceptionRules rules, AclSession session, ExpansionContext context, int number)
    {
        if (number % 100 == 0) { context.ForgetMessage(); context.Message.Sender = Sender; }
        context.Address = new() { LocalPart = $"user{number % 97}", Domain = $"d{number % 13}.example" };
        var verdict = rules.Acls.RunAsync(AclWhere.Rcpt, session, context, CancellationToken.None);
        if (!verdict.IsCompleted || !verdict.Result.IsAccept) throw new InvalidOperationException($"not accepted at once: {verdict}");
    }

    static ReceptionRules Rules(int ratelimits)
    {
        var lines = new List<string>
        {
            "primary_hostname = mx.bench.test", "domainlist ours = our.example : *.our.example : d12.example", "hostlist relays = 10.0.0.0/8 : 172.16.0.0/12 : 198.51.100.0/24", "acl_smtp_rcpt = check", "begin acl", "check:",
        };
        for (var i = 0; i < 29; i++) lines.Add(Statement(i, ratelimits));
        lines.Add("  accept");
        var problems = new ProblemList();
        var document = ConfigurationReader.ReadText(string.Join('\n', lines) + "\n", "bench.conf", new ReadOptions(), problems);
        var main = new OptionReader(document.Main, MainOptionTable.Table, problems);
        var environment = new RuleEnvironment
        {
            Clock = TimeProvider.System, PrimaryHostname = "mx.bench.test", QualifyDomain = "bench.test", QualifyRecipient = "bench.test", Dns = new NoDns(), Lookups = LookupTypes.All(),
            Log = new MailLog(TimeProvider.System, _ => TextWriter.Null, LogOptions.Default), NamedLists = document.NamedLists.ToFrozenDictionary(l => (l.Kind, l.Name)),
        };
        var router = RouterSection.Load(document.Routers, new RoutingDependencies { Transports = new Dictionary<string, TransportTraits>(), Hosts = new(new NoDns(), null, new Random(1)) }, problems);
        return ReceptionRules.Load(document, main, environment, router, new HintStore(TimeProvider.System)) ?? throw new InvalidOperationException(string.Join('\n', problems.All));
    }

    static string Statement(int number, int ratelimits) => number < ratelimits ? $"  defer ratelimit = 1000000 / 1h / per_rcpt / key{number}-$sender_host_address"
        : (number % 5) switch
        {
            0 => "  deny hosts = +relays\n       domains = !+ours",
            1 => $"  deny domains = bad{number}.example : *.worse.example\n       message = no",
            2 => $"  deny hosts = 203.0.113.{number} : 198.51.100.0/28",
            3 => $"  deny senders = *@spam{number}.example : bad@client.example",
            _ => $"  deny local_parts = ^.*[@%!/|] : root{number}\n       domains = !+ours",
        };

    sealed class NoDns : IDnsResolver
    {
        public ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel) => throw new InvalidOperationException("no query is expected");
    }
}
