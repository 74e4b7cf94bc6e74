using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>What came of a failure: when to try again, and whether the address has been failing for too long.</summary>
readonly record struct RetryVerdict(DateTimeOffset NextTry, bool TimedOut);

/// <summary>The retry times of hosts, domains and addresses, shared by all messages and kept over restarts (Exim chapter 32). Thread-safe.</summary>
sealed class RetryHints(HintStore store)
{
    /// <summary>Null also when it has not been written for retry_data_expire (Exim 32.9).</summary>
    public RetryRecord? Find(string key, DateTimeOffset now, TimeSpan expiry)
    {
        using var hint = store.Open(HintTable.Retry, key);
        return Read(hint, now, expiry);
    }

    static RetryRecord? Read(HintCell hint, DateTimeOffset now, TimeSpan expiry) =>
        hint.TryGet(out var bytes) && RetryRecord.Decode(bytes, out _) is { } record && now - record.LastTried <= expiry ? record : null;

    public delegate (RetryRecord Record, RetryVerdict Verdict) Change(RetryRecord? known);

    /// <summary>Nobody else sees a state in between. Change runs under a lock: it only computes.</summary>
    public RetryVerdict Update(string key, DateTimeOffset now, TimeSpan expiry, Change change)
    {
        using var hint = store.Open(HintTable.Retry, key);
        var (record, verdict) = change(Read(hint, now, expiry));
        hint.Set(record.Encode(key), record.LastTried + expiry);
        return verdict;
    }

    public void Forget(string key) => store.Remove(HintTable.Retry, key);

    /// <summary>A snapshot, sorted by key.</summary>
    public IReadOnlyList<RetryEntry> All()
    {
        var entries = new List<RetryEntry>();
        store.Load();
        store.Visit((table, _, value, _) =>
        {
            if (table == HintTable.Retry && RetryRecord.Decode(value, out var key) is { } record) entries.Add(new(key, record));
        }, static () => { });
        entries.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return entries;
    }
}
