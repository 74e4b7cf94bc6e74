using System.Runtime.InteropServices;

namespace ScriptMta.Spool;

/// <summary>Every queued message by key. One thread writes (recovery, then the writer); any thread may read.</summary>
sealed class SpoolIndex
{
    readonly Lock _gate = new();
    readonly Dictionary<UInt128, IndexEntry> _entries = [];

    public int Count
    {
        get { lock (_gate) return _entries.Count; }
    }

    public IndexEntry? Find(UInt128 key)
    {
        lock (_gate) return _entries.TryGetValue(key, out var entry) ? entry : null;
    }

    public void Add(UInt128 key, in IndexEntry entry)
    {
        lock (_gate) _entries[key] = entry;
    }

    /// <summary>Applies changes recorded at <paramref name="at"/>; true when they completed the message, which is then gone.</summary>
    public bool Apply(UInt128 key, JournalPosition at, IReadOnlyList<SpoolChange> changes, out IndexEntry before)
    {
        lock (_gate)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
            before = default;
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry)) return false;
            before = entry;
            entry.LastChange = at;
            foreach (var change in changes)
            {
                if (change is SpoolChange.Completed) return _entries.Remove(key);
                entry.Apply(change);
            }
            return false;
        }
    }

    /// <summary>The message's whole state now stands at <paramref name="at"/>.</summary>
    public void Replace(UInt128 key, JournalPosition at, DeliveryState state)
    {
        lock (_gate)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry)) return;
            entry.LastChange = at;
            entry.Apply(state);
        }
    }

    /// <summary>The message record was copied; its changes stay where they are.</summary>
    public void Move(UInt128 key, JournalPosition to)
    {
        lock (_gate)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, key);
            if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry)) entry.Message = to;
        }
    }

    public IndexEntry? Remove(UInt128 key)
    {
        lock (_gate) return _entries.Remove(key, out var entry) ? entry : null;
    }

    /// <summary>Keys of the messages whose record is in a segment.</summary>
    public List<UInt128> KeysIn(uint segment)
    {
        var keys = new List<UInt128>();
        lock (_gate)
            foreach (var (key, entry) in _entries)
                if (entry.Message.Segment == segment) keys.Add(key);
        return keys;
    }

    public KeyValuePair<UInt128, IndexEntry>[] Snapshot()
    {
        lock (_gate) return [.. _entries];
    }
}
