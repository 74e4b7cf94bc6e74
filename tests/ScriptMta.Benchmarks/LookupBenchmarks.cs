using System.Text;
using BenchmarkDotNet.Attributes;
using ScriptMta.Common;
using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Logging;
using ScriptMta.Lookups;

namespace ScriptMta.Benchmarks;

/// <summary>The goals of the lookup chapter: an alias file of a million lines loads in under 1.5 s, then answers in under 2 µs, in under 4 bytes of memory a byte of file.</summary>
[MemoryDiagnoser]
public class LookupBenchmarks
{
    const int Lines = 1_000_000;

    readonly string _folder = Path.Combine(Path.GetTempPath(), "scriptmta-bench-" + Guid.NewGuid().ToString("N")[..8]);
    readonly LookupSearch _lsearch, _partial;
    readonly ExpansionContext _context;
    readonly Template _template;
    readonly string _path;
    int _next;

    public LookupBenchmarks()
    {
        Directory.CreateDirectory(_folder);
        _path = Path.Combine(_folder, "aliases");
        var text = new StringBuilder();
        for (var i = 0; i < Lines; i++) text.Append("user").Append(i).Append("@example.com: target").Append(i).Append('\n');
        File.WriteAllText(_path, text.ToString());
        File.SetLastWriteTimeUtc(_path, DateTime.UtcNow.AddMinutes(-1));
        var lookups = LookupTypes.All();
        _lsearch = LookupSearch.Parse("lsearch", lookups, out _)!;
        _partial = LookupSearch.Parse("partial-lsearch*", lookups, out _)!;
        _context = new()
        {
            Environment = new RuleEnvironment
            {
                Clock = TimeProvider.System, PrimaryHostname = "mail.example.com", QualifyDomain = "example.com", QualifyRecipient = "example.com", Dns = new NobodyAsks(),
                Log = new MailLog(TimeProvider.System, _ => TextWriter.Null, LogOptions.Default), Lookups = lookups,
            },
            Address = new AddressFacts { LocalPart = "user4711", Domain = "example.com" },
        };
        _template = Template.Parse("${lookup{$local_part@$domain}lsearch{" + _path + "}}", SourceLocation.BuiltIn("benchmark"));
    }

    [Benchmark]
    public SearchKind A_key_of_a_million() => Find(_lsearch, $"user{_next = (_next + 997) % Lines}@example.com");

    [Benchmark]
    public SearchKind A_key_that_is_not_there() => Find(_lsearch, "nobody@example.com");

    [Benchmark]
    public SearchKind A_partial_match_with_default_that_is_not_there() => Find(_partial, "a.b.c.example");

    [Benchmark]
    public int The_same_in_a_template() => _template.Expand(_context).Text.Length;

    [Benchmark]
    public SearchKind Load_a_million_lines() => Find(LookupSearch.Parse("lsearch", LookupTypes.All(), out _)!, "user1@example.com");

    [GlobalCleanup]
    public void Remove() => Directory.Delete(_folder, recursive: true);

    SearchKind Find(LookupSearch search, string key) =>
        search.Find(Value.Tainted(key), Value.Clean(_path), _context).Result is LookupResult.Found ? SearchKind.Found : SearchKind.Missing;

    public enum SearchKind { Found, Missing }

    sealed class NobodyAsks : IDnsResolver
    {
        public ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel) => throw new InvalidOperationException("no query is expected");
    }
}
