using System.Security.Cryptography;
using ScriptMta.Common;

namespace ScriptMta.Spool;

/// <summary>
/// What the server has noticed and may forget: rates, hosts seen before, callout results. Tables of key (byte text of any length) → a few bytes, each with an
/// expiry. It answers from memory in under a microsecond and is kept on disk behind that: a stop loses nothing, a killed process its last second, a power cut what the
/// kernel had not written yet (half a minute); damage or a full disk never stops mail. Bounded by <see cref="HintOptions.MostBytes"/>. Thread-safe.
/// <para>Use: <c>hints.Get(HintTable.Callout, key)</c>, <c>hints.Set(HintTable.Callout, key, bytes, clock.GetUtcNow() + keep)</c>; for a change that depends on what is there,
/// <c>using var hint = hints.Open(table, key)</c>. A new user is one line in <see cref="HintTable"/>. Made without a directory it lives in memory only; <see cref="Keep"/>
/// gives it one, <see cref="Peek"/> reads one without changing it (dry runs). Files are read at the first question.</para>
/// </summary>
sealed class HintStore(TimeProvider clock, HintOptions? options = null) : IDisposable
{
    const int Shards = 64;
    static readonly TimeSpan BetweenComplaints = TimeSpan.FromHours(1);

    readonly HintOptions _options = options ?? HintOptions.Default;
    readonly HintShard[] _shards = [.. Enumerable.Range(0, Shards).Select(_ => new HintShard((options ?? HintOptions.Default).MostBytes / Shards))];
    readonly Lock _loading = new();
    Action? _load;
    Action<string> _trouble = static _ => { };
    long _complained;

    internal HintJournal? Journal { get; private set; }
    internal uint Now => (uint)clock.GetUtcNow().ToUnixTimeSeconds();
    public int Count => _shards.Sum(s => s.Count);
    public long LiveBytes => _shards.Sum(s => s.LiveBytes);

    /// <summary>From now on what is in this directory (made when missing) is known, and changes are kept there. One process at a time: whoever has the spool's lock.</summary>
    /// <param name="trouble">Gets what an administrator should know. Nothing here throws.</param>
    public void Keep(string directory, ISpoolFiles files, Action<string> trouble)
    {
        _trouble = trouble;
        Volatile.Write(ref _load, () => Journal = HintJournal.Open(directory, files, this, clock, _options, trouble));
    }

    /// <summary>What is in this directory is known; changes stay in memory. The owner may be writing there meanwhile.</summary>
    public void Peek(string directory, ISpoolFiles files, Action<string> trouble) => Volatile.Write(ref _load, () => HintFiles.Load(directory, files, Take, trouble));

    /// <summary>Reads the files now instead of at the first question.</summary>
    public void Load()
    {
        if (Volatile.Read(ref _load) is null) return;
        lock (_loading)
        {
            var load = _load;
            load?.Invoke();
            Volatile.Write(ref _load, null);
        }
    }

    public byte[]? Get(HintTable table, string key)
    {
        using var hint = Open(table, key);
        return hint.TryGet(out var value) ? value.ToArray() : null;
    }

    public void Set(HintTable table, string key, ReadOnlySpan<byte> value, DateTimeOffset expires)
    {
        using var hint = Open(table, key);
        hint.Set(value, expires);
    }

    public void Remove(HintTable table, string key)
    {
        using var hint = Open(table, key);
        hint.Remove();
    }

    public HintCell Open(HintTable table, string key)
    {
        Load();
        var bytes = key.Length <= HintShard.MaxKey ? Latin1.Encode(key) : LongKey(key);
        var hash = Hash(table, bytes);
        return new(this, _shards[hash >> 26], table, bytes, hash);
    }

    /// <summary>Everything that has not expired, shard by shard: each is copied at one moment, all of them are not.</summary>
    /// <param name="after">Called after each shard, without its lock.</param>
    internal void Visit(HintShard.Visitor visit, Action after)
    {
        foreach (var shard in _shards)
        {
            lock (shard.Gate) shard.Visit(Now, visit);
            after();
        }
    }

    /// <summary>A record of the files; Expires 0 takes it away.</summary>
    internal void Take(HintTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint expires)
    {
        var hash = Hash(table, key);
        var shard = _shards[hash >> 26];
        lock (shard.Gate)
        {
            if (expires > Now) shard.Set(hash, table, key, value, expires, Now);
            else shard.Remove(hash, table, key);
        }
    }

    internal void NoteEviction()
    {
        var (now, before) = (clock.GetUtcNow().UtcTicks, Interlocked.Read(ref _complained));
        if (now - before < BetweenComplaints.Ticks || Interlocked.CompareExchange(ref _complained, now, before) != before) return;
        _trouble($"hints: {_options.MostBytes >> 20} MB are not enough: those that would have expired first are forgotten");
    }

    /// <summary>Writes what waits; later changes stay in memory.</summary>
    public void Dispose()
    {
        Volatile.Write(ref _load, null);
        Journal?.Dispose();
        Journal = null;
    }

    /// <summary>Of a long key, which only a stranger sends, the digest is as good.</summary>
    static byte[] LongKey(string key) => SHA256.HashData(Latin1.Encode(key));

    /// <summary>Seeded for each process, since strangers choose keys.</summary>
    static uint Hash(HintTable table, ReadOnlySpan<byte> key)
    {
        Span<char> text = stackalloc char[key.Length + 1];
        text[0] = (char)table;
        for (var i = 0; i < key.Length; i++) text[i + 1] = (char)key[i];
        return (uint)string.GetHashCode(text);
    }
}
