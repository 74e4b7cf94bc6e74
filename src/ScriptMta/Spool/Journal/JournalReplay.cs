namespace ScriptMta.Spool;

/// <summary>Puts the index together from the records of a journal, oldest first.</summary>
sealed class JournalReplay(SpoolIndex index)
{
    readonly Dictionary<UInt128, JournalPosition> _copiesWithoutState = [];
    bool _hasTotals;

    /// <summary>By message, the length of its body's own file.</summary>
    public Dictionary<UInt128, long> BodyFiles { get; } = [];

    /// <summary>The newest message that there is a trace of, queued or not.</summary>
    public UInt128 NewestKey { get; private set; }

    /// <summary>Where a segment's totals are not what the records before it come to: damage.</summary>
    public List<(JournalPosition At, SpoolTotals Counted, SpoolTotals Recorded)> Differences { get; } = [];

    public void Apply(in JournalItem item)
    {
        if (item.Key > NewestKey) NewestKey = item.Key;
        switch (item.Type)
        {
            case RecordType.Message: ApplyMessage(item); break;
            case RecordType.State: ApplyState(item); break;
            case RecordType.Changes: ApplyChanges(item); break;
            case RecordType.Totals: ApplyTotals(item); break;
        }
    }

    void ApplyMessage(in JournalItem item)
    {
        if (index.Find(item.Key) is not null)
        {
            if (item.Flags.HasFlag(RecordFlags.StateFollows)) _copiesWithoutState[item.Key] = item.Position;
            else index.Move(item.Key, item.Position);
            return;
        }
        index.Add(item.Key, IndexEntry.For(item), isNew: !item.Flags.HasFlag(RecordFlags.Copy));
        if (item.BodyInFile) BodyFiles[item.Key] = item.BodyFileLength;
    }

    /// <summary>Of a message whose record has gone with its segment, the end still counts: that it was accepted stands in the totals.</summary>
    void ApplyChanges(in JournalItem item)
    {
        if (index.Apply(item.Key, item.Position, item.Effect, out _)) BodyFiles.Remove(item.Key);
        else if (item.Effect.Ending is { } how) index.Set(index.Account.Totals.With(how));
    }

    /// <summary>A copy whose state a power cut has torn off is as if it had not been made: the first record and its changes still stand.</summary>
    void ApplyState(in JournalItem item)
    {
        index.Apply(item.Key, item.Position, item.Effect, out _);
        if (_copiesWithoutState.Remove(item.Key, out var copy) && copy.Segment == item.Position.Segment) index.Move(item.Key, copy);
    }

    void ApplyTotals(in JournalItem item)
    {
        var counted = index.Account.Totals;
        if (_hasTotals && counted != item.Totals) Differences.Add((item.Position, counted, item.Totals));
        _hasTotals = true;
        index.Set(item.Totals);
    }
}
