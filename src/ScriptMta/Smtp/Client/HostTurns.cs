namespace ScriptMta.Smtp;

/// <summary>Hosts that are to be called by one delivery at a time (serialize_hosts). The others wait, without a thread. Thread-safe.</summary>
sealed class HostTurns
{
    readonly Dictionary<string, Turn> _turns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Disposing ends the turn.</summary>
    public async ValueTask<IDisposable> TakeAsync(string host, CancellationToken cancel)
    {
        Turn turn;
        lock (_turns)
        {
            if (!_turns.TryGetValue(host, out turn!)) _turns[host] = turn = new(this, host);
            turn.Users++;
        }
        var taken = false;
        try
        {
            await turn.Gate.WaitAsync(cancel);
            taken = true;
            return turn;
        }
        finally { if (!taken) Leave(turn); }
    }

    void Leave(Turn turn)
    {
        lock (_turns)
            if (--turn.Users == 0) _turns.Remove(turn.Host);
    }

    sealed class Turn(HostTurns turns, string host) : IDisposable
    {
        public SemaphoreSlim Gate { get; } = new(1);
        public string Host => host;
        public int Users { get; set; }

        public void Dispose()
        {
            Gate.Release();
            turns.Leave(this);
        }
    }
}
