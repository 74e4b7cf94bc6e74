namespace ScriptMta.Spool;

/// <summary>
/// What a segment's records mean to the index, in their order, some 30 bytes each: written with its seal, so that start-up need not read the mail. The writer keeps it of the active segment only.
/// </summary>
sealed class SegmentContents : IDisposable
{
    /// <summary>No item is longer.</summary>
    public const int LargestItem = 80;

    /// <summary>Behind the type in an item's first number.</summary>
    const int HasEnding = 8, IsFrozen = 16, IsThawed = 32, HasNext = 64, IsSetAside = 128, IsRestored = 256, TypeMask = 7;

    readonly PayloadWriter _items = new();
    uint _lastOffset;

    public int Length => _items.Written.Length;
    public ReadOnlyMemory<byte> Written => _items.Written;

    public void Dispose() => _items.Dispose();

    /// <summary>Where <see cref="TakeBack"/> returns to.</summary>
    public (int Length, uint LastOffset) Mark => (Length, _lastOffset);

    public void TakeBack((int Length, uint LastOffset) mark)
    {
        _items.TakeBack(mark.Length);
        _lastOffset = mark.LastOffset;
    }

    public void Add(in JournalItem item)
    {
        var effect = item.Effect;
        _items.Number((ulong)item.Type | (effect.Ending is null ? 0u : HasEnding) | (effect.Frozen is true ? IsFrozen : effect.Frozen is false ? (uint)IsThawed : 0) | (effect.NextTicks is null ? 0u : HasNext)
            | (effect.SetAside is true ? IsSetAside : effect.SetAside is false ? (uint)IsRestored : 0));
        _items.Number((ulong)item.Flags);
        _items.Number(item.Position.Offset - _lastOffset);
        _lastOffset = item.Position.Offset;
        _items.Fixed((long)(ulong)item.Key);
        _items.Fixed((long)(ulong)(item.Key >> 64));
        if (item.Type == RecordType.Totals) item.Totals.Write(_items);
        if (item.Type == RecordType.Message) AddMessage(item);
        if (effect.Ending is { } how) _items.Number((ulong)how);
        if (effect.NextTicks is { } next) _items.Fixed(next);
    }

    void AddMessage(in JournalItem item)
    {
        _items.Number((ulong)item.RecordLength);
        _items.Number((ulong)item.Size);
        _items.Fixed(item.ReceivedTicks);
        if (item.BodyInFile) _items.Number((ulong)item.BodyFileLength);
    }

    /// <summary>Items of what a seal holds: throws <see cref="SpoolException"/> (Corrupt) where it cannot be decoded.</summary>
    public ref struct Reader(uint segment, ReadOnlySpan<byte> contents)
    {
        PayloadReader _from = new(contents);
        uint _offset;

        public bool Next(out JournalItem item)
        {
            item = default;
            if (_from.AtEnd) return false;
            var kind = _from.Number();
            var flags = (RecordFlags)_from.Number();
            _offset += (uint)_from.Number();
            var low = (ulong)_from.Fixed();
            item = new((RecordType)(kind & TypeMask), flags, new((ulong)_from.Fixed(), low), new(segment, _offset));
            if (item.Type == RecordType.Totals) item = item with { Totals = SpoolTotals.Read(ref _from) };
            if (item.Type == RecordType.Message) item = WithMessage(item);
            item = item with { Effect = Effect(kind) };
            return true;
        }

        JournalItem WithMessage(in JournalItem item) => item with
        {
            RecordLength = _from.Integer(), Size = (long)_from.Number(), ReceivedTicks = _from.Fixed(), BodyFileLength = item.BodyInFile ? (long)_from.Number() : 0,
        };

        IndexEffect Effect(ulong kind) => new(
            (kind & HasEnding) != 0 ? (Ending)_from.Number() : null,
            (kind & IsFrozen) != 0 ? true : (kind & IsThawed) != 0 ? false : null,
            (kind & HasNext) != 0 ? _from.Fixed() : null,
            (kind & IsSetAside) != 0 ? true : (kind & IsRestored) != 0 ? false : null);
    }
}
