using System.Net;
using System.Text.RegularExpressions;
using ScriptMta.Common;
using ScriptMta.Dns;

namespace ScriptMta.Tests.Dns;

/// <summary>
/// A name server on loopback that answers from a table, one record a line as FakeDns reads it, in real packets. Names below "secure" are authenticated; those that
/// have "wait." in them get a server failure, those that begin with "silent" nothing.
/// </summary>
sealed partial class ZoneServer : IDisposable
{
    readonly ILookup<(string, DnsType), byte[]> _records;
    readonly TestNameServer _server;

    public ZoneServer(string zone, bool forPrograms = false)
    {
        _records = zone.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => Spaces().Split(line, 3))
            .ToLookup(parts => (Owner(parts[0]), Enum.Parse<DnsType>(parts[1])), parts => TestNameServer.Record(Owner(parts[0]), Enum.Parse<DnsType>(parts[1]), 300, Data(Enum.Parse<DnsType>(parts[1]), parts[2])));
        _server = new TestNameServer(Answer, forPrograms);
    }

    public IPEndPoint EndPoint => _server.EndPoint;
    public int Queries => _server.Queries;

    public Resolver Resolver() => new(new ResolverOptions { Servers = [_server.EndPoint], Tries = 1, TryTimeout = TimeSpan.FromSeconds(2), UseEdns = false }, TimeProvider.System);

    public void Dispose() => _server.Dispose();

    IEnumerable<byte[]> Answer(byte[] query, bool tcp)
    {
        var question = TestNameServer.Question(query);
        var type = (DnsType)(question[^4] << 8 | question[^3]);
        var name = Name(question);
        if (name.StartsWith("silent", StringComparison.Ordinal)) return [];
        if (name.Contains("wait.", StringComparison.Ordinal)) return [TestNameServer.Reply(query, 2)];
        byte[][] found = [.. _records[(name, _records.Contains((name, type)) ? type : DnsType.CNAME)]];
        var exists = _records.Any(group => group.Key.Item1 == name || group.Key.Item1.EndsWith("." + name, StringComparison.Ordinal));
        var secure = name.EndsWith("secure", StringComparison.Ordinal) ? 0x20 : 0;
        return [TestNameServer.Reply(query, 0x8180 | secure | (exists ? 0 : 3), found, [])];
    }

    static string Owner(string name) => IPAddress.TryParse(name, out var address) ? ReverseName.Of(address) : name.ToLowerInvariant();

    static string Name(byte[] question)
    {
        var labels = new List<string>();
        for (var at = 0; question[at] != 0; at += question[at] + 1) labels.Add(Latin1.Decode(question.AsSpan(at + 1, question[at])).ToLowerInvariant());
        return string.Join('.', labels);
    }

    static byte[] Data(DnsType type, string text)
    {
        var words = Spaces().Split(text);
        return type switch
        {
            DnsType.A or DnsType.AAAA => IPAddress.Parse(text).GetAddressBytes(),
            DnsType.MX => [.. Short(words[0]), .. TestNameServer.Name(words[1])],
            DnsType.SRV => [.. Short(words[0]), .. Short(words[1]), .. Short(words[2]), .. TestNameServer.Name(words[3])],
            DnsType.SOA => [.. TestNameServer.Name(words[0]), .. TestNameServer.Name(words[1]), .. words[2..].SelectMany(Long)],
            DnsType.TXT or DnsType.SPF => [.. Quoted().Matches(text).SelectMany(m => (byte[])[(byte)m.Groups[1].Length, .. Latin1.Encode(m.Groups[1].Value)])],
            DnsType.TLSA => [byte.Parse(words[0]), byte.Parse(words[1]), byte.Parse(words[2]), .. Convert.FromHexString(words[3])],
            _ => TestNameServer.Name(text),
        };
    }

    static byte[] Short(string number) => [(byte)(int.Parse(number) >> 8), (byte)int.Parse(number)];
    static IEnumerable<byte> Long(string number) => [(byte)(uint.Parse(number) >> 24), (byte)(uint.Parse(number) >> 16), (byte)(uint.Parse(number) >> 8), (byte)uint.Parse(number)];

    [GeneratedRegex(@"\s+")] private static partial Regex Spaces();
    [GeneratedRegex("\"([^\"]*)\"")] private static partial Regex Quoted();
}
