using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;
using ScriptMta.Dns;

namespace ScriptMta.Tests.Dns;

/// <summary>
/// A zone as a table, one record a line: <c>name TYPE data</c>. Types A AAAA MX NS CNAME PTR TXT SRV TLSA; <c>AGAIN type</c> makes that
/// query of the name end in "try again". <c>10.0.0.1 PTR name</c> may give the address instead of its reverse name. # begins a comment.
/// </summary>
sealed partial class FakeDns : IDnsResolver
{
    readonly Dictionary<string, List<DnsResourceRecord>> _records = new(StringComparer.OrdinalIgnoreCase);
    readonly HashSet<(string, DnsType)> _again = [];

    public FakeDns(string zone = "")
    {
        foreach (var line in zone.Split('\n'))
            if (line.Split('#')[0].Trim() is { Length: > 0 } text) Add(text);
    }

    public bool Authenticated { get; set; }

    /// <summary>Every query asked, as "name TYPE".</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public FakeDns Add(string line)
    {
        var parts = Spaces().Split(line.Trim(), 3);
        var name = parts[0].TrimEnd('.');
        if (IPAddress.TryParse(name, out var address)) name = ReverseName.Of(address);
        if (parts[1] == "AGAIN") { _again.Add((name.ToLowerInvariant(), Enum.Parse<DnsType>(parts[2]))); return this; }
        if (!_records.TryGetValue(name, out var list)) _records[name] = list = [];
        list.Add(Record(name, Enum.Parse<DnsType>(parts[1]), parts.Length > 2 ? parts[2] : ""));
        return this;
    }

    public ValueTask<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        Asked.Enqueue($"{name} {type}");
        return ValueTask.FromResult(Answer(name.TrimEnd('.'), type));
    }

    DnsAnswer Answer(string name, DnsType type)
    {
        for (var links = 0; links < 10; links++)
        {
            if (_again.Contains((name.ToLowerInvariant(), type))) return new DnsAnswer.Again("no server answered (fake)");
            if (!_records.TryGetValue(name, out var list)) return Exists(name) ? new DnsAnswer.NoData(Authenticated) : new DnsAnswer.NoSuchName(Authenticated);
            var found = list.Where(r => r.Type == type).ToImmutableArray();
            if (found.Length > 0) return new DnsAnswer.Found(found, name, Authenticated);
            if (list.OfType<NameRecord>().FirstOrDefault(r => r.Type == DnsType.CNAME) is not { } alias) return new DnsAnswer.NoData(Authenticated);
            name = alias.Target;
        }
        return new DnsAnswer.Again("CNAME loop");
    }

    /// <summary>A name above an existing one exists too, without records.</summary>
    bool Exists(string name) => _records.Keys.Any(k => k.EndsWith("." + name, StringComparison.OrdinalIgnoreCase));

    static DnsResourceRecord Record(string name, DnsType type, string data)
    {
        const uint ttl = 300;
        var words = Spaces().Split(data);
        string Host(int i) => words[i].TrimEnd('.');
        return type switch
        {
            DnsType.A or DnsType.AAAA => new AddressRecord(name, type, ttl, IPAddress.Parse(data)),
            DnsType.MX => new MxRecord(name, ttl, ushort.Parse(words[0]), Host(1)),
            DnsType.NS or DnsType.CNAME or DnsType.PTR => new NameRecord(name, type, ttl, Host(0)),
            DnsType.TXT or DnsType.SPF => new TextRecord(name, type, ttl, [.. Texts(data)]),
            DnsType.SRV => new SrvRecord(name, ttl, ushort.Parse(words[0]), ushort.Parse(words[1]), ushort.Parse(words[2]), Host(3)),
            DnsType.TLSA => new TlsaRecord(name, ttl, byte.Parse(words[0]), byte.Parse(words[1]), byte.Parse(words[2]), [.. Convert.FromHexString(words[3])]),
            _ => throw new ArgumentException($"FakeDns cannot make {type} records"),
        };
    }

    static IEnumerable<string> Texts(string data) =>
        data.StartsWith('"') ? Quoted().Matches(data).Select(m => m.Groups[1].Value) : [data];

    [GeneratedRegex(@"\s+")] private static partial Regex Spaces();
    [GeneratedRegex("\"([^\"]*)\"")] private static partial Regex Quoted();
}
