namespace ScriptMta.Spool;

/// <summary>
/// One hint, held for as long as it takes to read and change it: nobody else sees a state in between. <c>using var hint = hints.Open(table, key);</c>
/// Hold it for microseconds; it cannot cross an await. A value got from it is good until the next change.
/// </summary>
readonly ref struct HintCell
{
    readonly HintStore _store;
    readonly HintShard _shard;
    readonly Lock.Scope _scope;
    readonly HintTable _table;
    readonly ReadOnlySpan<byte> _key;
    readonly uint _hash;

    public HintCell(HintStore store, HintShard shard, HintTable table, ReadOnlySpan<byte> key, uint hash)
    {
        (_store, _shard, _table, _hash) = (store, shard, table, hash);
        _key = key;
        _scope = shard.Gate.EnterScope();
    }

    /// <summary>False when there is none, or it has expired.</summary>
    public bool TryGet(out ReadOnlySpan<byte> value)
    {
        var at = _shard.Find(_hash, _table, _key, _store.Now);
        value = at < 0 ? default : _shard.Value(at);
        return at >= 0;
    }

    /// <summary>At most <see cref="HintShard.MaxValue"/> bytes. Expiry is in whole seconds.</summary>
    public void Set(ReadOnlySpan<byte> value, DateTimeOffset expires)
    {
        if (value.Length > HintShard.MaxValue) throw new ArgumentException($"a hint of {value.Length} bytes is too long", nameof(value));
        var seconds = (uint)Math.Clamp(expires.ToUnixTimeSeconds(), 1, uint.MaxValue);
        if (_shard.Set(_hash, _table, _key, value, seconds, _store.Now)) _store.NoteEviction();
        _store.Journal?.Note(_table, _key, value, seconds);
    }

    public void Remove()
    {
        if (_shard.Remove(_hash, _table, _key)) _store.Journal?.Note(_table, _key, default, 0);
    }

    public void Dispose() => _scope.Dispose();
}
