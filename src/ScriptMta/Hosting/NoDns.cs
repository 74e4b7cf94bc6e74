using ScriptMta.Dns;

namespace ScriptMta.Hosting;

/// <summary>The resolver of the moment before dns_servers is known: the options that lead there may not ask the DNS.</summary>
sealed class NoDns : IDnsResolver
{
    public static readonly NoDns Instance = new();

    public ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel) =>
        ValueTask.FromResult<DnsAnswer>(new DnsAnswer.Again("the DNS cannot be asked while the main options are being read"));
}
