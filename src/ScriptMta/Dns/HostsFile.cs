using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;

namespace ScriptMta.Dns;

/// <summary>/etc/hosts: read at first use and again when it has changed, which is looked for at most every five seconds. Thread-safe.</summary>
sealed class HostsFile(string path, TimeProvider clock)
{
    public const string SystemFile = "/etc/hosts";

    /// <summary>The machine's own, shared by everything that asks as the C library would.</summary>
    public static HostsFile OfMachine { get; } = new(SystemFile, TimeProvider.System);

    static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(5);

    readonly Lock _gate = new();
    Table _table = Table.Empty;
    DateTime _written;
    DateTimeOffset _checked = DateTimeOffset.MinValue;

    sealed record Table(FrozenDictionary<string, ImmutableArray<IPAddress>> ByName, FrozenDictionary<IPAddress, ImmutableArray<string>> ByAddress)
    {
        public static readonly Table Empty = new(FrozenDictionary<string, ImmutableArray<IPAddress>>.Empty, FrozenDictionary<IPAddress, ImmutableArray<string>>.Empty);
    }

    /// <summary>Empty when the file does not know the name.</summary>
    public ImmutableArray<IPAddress> Addresses(string name) => Current().ByName.GetValueOrDefault(name.TrimEnd('.'), []);

    /// <summary>Canonical name first.</summary>
    public ImmutableArray<string> Names(IPAddress address) => Current().ByAddress.GetValueOrDefault(address, []);

    Table Current()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now - _checked < CheckInterval) return _table;
            _checked = now;
            var written = File.GetLastWriteTimeUtc(path); // a missing file has a constant time too
            if (written != _written) (_table, _written) = (Load(), written);
            return _table;
        }
    }

    /// <summary>A file that cannot be read is like an empty one, as for the C library.</summary>
    Table Load()
    {
        try { return Parse(File.ReadAllText(path)); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException) { return Table.Empty; }
    }

    static Table Parse(string text)
    {
        var lines = text.Split('\n').Select(l => l.Split('#')[0].Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(w => w.Length > 1 && IPAddress.TryParse(w[0], out _)).Select(w => (Address: IPAddress.Parse(w[0]), Names: w.Skip(1).ToArray())).ToArray();
        return new(
            lines.SelectMany(l => l.Names.Select(n => (Name: n, l.Address))).GroupBy(p => p.Name, StringComparer.OrdinalIgnoreCase)
                .ToFrozenDictionary(g => g.Key, g => g.Select(p => p.Address).Distinct().ToImmutableArray(), StringComparer.OrdinalIgnoreCase),
            lines.GroupBy(l => l.Address).ToFrozenDictionary(g => g.Key, g => g.SelectMany(l => l.Names).Distinct().ToImmutableArray()));
    }
}
