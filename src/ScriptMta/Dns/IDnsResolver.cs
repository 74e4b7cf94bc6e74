namespace ScriptMta.Dns;

/// <summary>
/// Asks the DNS. Throws only <see cref="OperationCanceledException"/>; all else is a <see cref="DnsAnswer"/>. CNAMEs are followed.
/// A name that no DNS message can hold (label over 63 bytes, name over 255, empty label) is NoSuchName.
/// </summary>
interface IDnsResolver
{
    ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel);

    /// <summary>With a patience of its own for this question; a resolver that asks nobody need not care.</summary>
    ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, DnsPatience patience, CancellationToken cancel) => QueryAsync(name, type, cancel);
}
