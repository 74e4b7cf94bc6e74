using System.Runtime.CompilerServices;

namespace ScriptMta.Spool;

/// <summary>Every queued message by key, and the totals. One thread writes (recovery, then the writer); any thread may read.</summary>
sealed class SpoolIndex
{
    readonly Lock _gate = new();
    readonly IndexTable _entries = new();
    SpoolTotals _totals;

    public int Count
    {
        get { lock (_gate) return _entries.Count; }
    }

    /// <summary>Both of the same moment.</summary>
    public (SpoolTotals Totals, int Queued) Account
    {
        get { lock (_gate) return (_totals, _entries.Count); }
    }

    public IndexEntry? Find(UInt128 key)
    {
        lock (_gate)
        {
            ref var entry = ref _entries.Find(key);
            return Unsafe.IsNullRef(ref entry) ? null : entry;
        }
    }

    /// <param name="isNew">It is accepted now. Otherwise a copy of one whose first record has gone.</param>
    public void Add(UInt128 key, in IndexEntry entry, bool isNew)
    {
        lock (_gate)
        {
            _entries.Add(key, entry);
            if (isNew) _totals = _totals with { Accepted = _totals.Accepted + 1 };
        }
    }

    /// <summary>Applies what is recorded at <paramref name="at"/>; true when it ended the message, which is then gone.</summary>
    public bool Apply(UInt128 key, JournalPosition at, in IndexEffect effect, out IndexEntry before)
    {
        lock (_gate)
        {
            ref var entry = ref _entries.Find(key);
            before = default;
            if (Unsafe.IsNullRef(ref entry)) return false;
            before = entry;
            entry.LastChange = at;
            entry.Apply(effect);
            if (effect.Ending is not { } how) return false;
            _totals = _totals.With(how);
            return _entries.Remove(key, out _);
        }
    }

    /// <summary>The message record was copied; its changes stay where they are.</summary>
    public void Move(UInt128 key, JournalPosition to)
    {
        lock (_gate)
        {
            ref var entry = ref _entries.Find(key);
            if (!Unsafe.IsNullRef(ref entry)) entry.Message = to;
        }
    }

    /// <summary>The message cannot be read any more.</summary>
    public void Lose(UInt128 key)
    {
        lock (_gate)
            if (_entries.Remove(key, out _)) _totals = _totals with { Lost = _totals.Lost + 1 };
    }

    /// <summary>What a segment says the totals are, or recovery has found.</summary>
    public void Set(SpoolTotals totals)
    {
        lock (_gate) _totals = totals;
    }

    /// <summary>Keys of the messages whose record is in a segment.</summary>
    public List<UInt128> KeysIn(uint segment)
    {
        lock (_gate) return [.. _entries.All().Where(row => row.Entry.Message.Segment == segment).Select(static row => row.Key)];
    }

    /// <summary>What is made of each row, in no order.</summary>
    public T[] Snapshot<T>(Func<UInt128, IndexEntry, T> make) => Snapshot(static _ => true, make);

    /// <summary>Counted first: of a million rows there is one array, and no second while it grows.</summary>
    public T[] Snapshot<T>(Func<IndexEntry, bool> isWanted, Func<UInt128, IndexEntry, T> make)
    {
        lock (_gate)
        {
            var rows = new T[_entries.All().Count(row => isWanted(row.Entry))];
            var at = 0;
            foreach (var (key, entry) in _entries.All())
                if (isWanted(entry)) rows[at++] = make(key, entry);
            return rows;
        }
    }
}
