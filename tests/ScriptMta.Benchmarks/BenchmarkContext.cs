using ScriptMta.Dns;
using ScriptMta.Expansion;
using ScriptMta.Logging;
using ScriptMta.Lookups;

namespace ScriptMta.Benchmarks;

/// <summary>One message to joe@example.com from 192.0.2.1, with every lookup type.</summary>
static class BenchmarkContext
{
    public static ExpansionContext Make() => new()
    {
        Environment = new RuleEnvironment
        {
            Clock = TimeProvider.System, PrimaryHostname = "mail.example.com", QualifyDomain = "example.com", QualifyRecipient = "example.com", Dns = new NoDns(),
            Log = new MailLog(TimeProvider.System, _ => TextWriter.Null, LogOptions.Default), Lookups = LookupTypes.All(),
        },
        Address = new AddressFacts { LocalPart = "joe", Domain = "example.com" },
        Connection = new ConnectionFacts { HostAddress = "192.0.2.1" },
    };

    sealed class NoDns : IDnsResolver
    {
        public ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel) => throw new InvalidOperationException("no query is expected");
    }
}
