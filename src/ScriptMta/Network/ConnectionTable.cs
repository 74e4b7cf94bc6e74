using System.Collections.Concurrent;
using System.Net;

namespace ScriptMta.Network;

/// <summary>
/// The live connections of a server: counts them in all and per address, and wakes those whose deadline passed, once a second for all, so that a
/// time-out costs a connection no timer of its own.
/// </summary>
sealed class ConnectionTable : IDisposable
{
    static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<Connection, byte> _live = new();
    readonly ConcurrentDictionary<IPAddress, int> _perAddress = new();
    readonly ITimer _timer;

    public ConnectionTable(TimeProvider clock) => _timer = clock.CreateTimer(static table => ((ConnectionTable)table!).Sweep(), this, SweepEvery, SweepEvery);

    public int Count => _live.Count;
    public IEnumerable<Connection> All => _live.Keys;

    /// <summary>How many connections the address has, this one included.</summary>
    public int Add(Connection connection)
    {
        _live[connection] = 0;
        return connection.Remote is { } remote ? _perAddress.AddOrUpdate(remote.Address, 1, static (_, n) => n + 1) : 1;
    }

    public void Remove(Connection connection)
    {
        if (!_live.TryRemove(connection, out _) || connection.Remote is not { } remote) return;
        if (_perAddress.AddOrUpdate(remote.Address, 0, static (_, n) => n - 1) <= 0)
            _perAddress.TryRemove(new KeyValuePair<IPAddress, int>(remote.Address, 0));
    }

    public void Dispose() => _timer.Dispose();

    void Sweep()
    {
        foreach (var (connection, _) in _live) connection.Sweep();
    }
}
