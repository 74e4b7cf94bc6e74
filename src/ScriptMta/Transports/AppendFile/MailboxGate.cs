namespace ScriptMta.Transports;

/// <summary>Deliveries of this process to one mailbox file take turns here, so that they wait for one another without the polling that file locks need. Entries live while someone waits.</summary>
sealed class MailboxGate
{
    readonly Lock _gate = new();
    readonly Dictionary<string, (SemaphoreSlim Turn, int Users)> _mailboxes = new(StringComparer.Ordinal);

    public async ValueTask<IDisposable> EnterAsync(string path, CancellationToken cancel)
    {
        SemaphoreSlim turn;
        lock (_gate)
        {
            (turn, var users) = _mailboxes.TryGetValue(path, out var found) ? found : (new SemaphoreSlim(1), 0);
            _mailboxes[path] = (turn, users + 1);
        }
        try { await turn.WaitAsync(cancel); }
        catch { Leave(path, turn, entered: false); throw; }
        return new Stay(this, path, turn);
    }

    void Leave(string path, SemaphoreSlim turn, bool entered)
    {
        lock (_gate)
        {
            var users = _mailboxes[path].Users - 1;
            if (users == 0) _mailboxes.Remove(path); else _mailboxes[path] = (turn, users);
            if (entered) turn.Release();
            if (users == 0) turn.Dispose();
        }
    }

    sealed class Stay(MailboxGate owner, string path, SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => owner.Leave(path, turn, entered: true);
    }
}
