namespace ScriptMta.Spool;

/// <summary>
/// The chain of segments: the oldest first, the active one last, and one empty in reserve, so that outcomes can be recorded even on a
/// full disk. Only the writer changes it; <see cref="Find"/> may be called from any thread.
/// </summary>
sealed class SegmentLog(SegmentFiles files, SpoolOptions options) : IDisposable
{
    readonly Lock _gate = new();
    readonly List<Segment> _segments = [];
    Segment? _spare;
    uint _nextSequence = 1;

    public Segment Active => _segments[^1];
    public Segment Oldest => _segments[0];
    public int Count => _segments.Count;
    public bool HasSpare => _spare is not null;
    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Bytes of all but the active segment that no live message needs.</summary>
    public long DeadBytes
    {
        get
        {
            long dead = 0;
            for (var i = 0; i < _segments.Count - 1; i++) dead += _segments[i].End - _segments[i].LiveBytes;
            return dead;
        }
    }

    public long LiveBytes
    {
        get
        {
            long live = 0;
            foreach (var segment in _segments) live += segment.LiveBytes;
            return live;
        }
    }

    public Segment? Find(uint sequence)
    {
        lock (_gate)
        {
            var (low, high) = (0, _segments.Count - 1);
            while (low <= high)
            {
                var middle = (low + high) >>> 1;
                if (_segments[middle].Sequence == sequence) return _segments[middle];
                if (_segments[middle].Sequence < sequence) low = middle + 1;
                else high = middle - 1;
            }
            return null;
        }
    }

    public IReadOnlyList<Segment> All()
    {
        lock (_gate) return [.. _segments];
    }

    public void Adopt(Segment segment)
    {
        lock (_gate) _segments.Add(segment);
        SkipNumbersTo(segment.Sequence);
    }

    public void AdoptSpare(Segment segment)
    {
        _spare = segment;
        SkipNumbersTo(segment.Sequence);
    }

    public void SkipNumbersTo(uint sequence) => _nextSequence = Math.Max(_nextSequence, sequence + 1);

    public void EnsureSpare() => _spare ??= Create(options.SegmentSize);

    /// <summary>
    /// A fresh active segment with room for a record; the caller has sealed and synced the one before. Mail may take the
    /// reserve only when there is a new one: otherwise this throws as creating it did, and nothing has changed.
    /// </summary>
    public Segment Next(long record, bool mayTakeReserve)
    {
        var needed = Segment.LengthFor(record);
        if (needed > options.SegmentSize) return NextOfSize(needed);
        var spare = _spare ?? Create(options.SegmentSize);
        _spare = null;
        if (mayTakeReserve) return spare;
        try { EnsureSpare(); }
        catch (IOException)
        {
            _spare = spare;
            throw;
        }
        return spare;
    }

    /// <summary>A segment that <see cref="Next"/> gave was not used. A file that cannot be deleted is empty: recovery deletes it.</summary>
    public void GiveBack(Segment segment)
    {
        if (_spare is null) _spare = segment;
        else TryDelete(segment);
    }

    /// <summary>Counts a message for the segment that holds its record.</summary>
    public void Remember(in IndexEntry entry) => Account(entry, 1);

    public void Forget(in IndexEntry entry) => Account(entry, -1);

    public void RemoveOldest()
    {
        lock (_gate) _segments.RemoveAt(0);
    }

    public void Dispose()
    {
        lock (_gate) _segments.ForEach(static segment => segment.Dispose());
        _spare?.Dispose();
    }

    /// <summary>The reserve must come behind it, for numbers tell the order: it is made anew before the old one goes.</summary>
    Segment NextOfSize(long length)
    {
        var segment = Create(length);
        var old = _spare;
        _spare = null;
        try { EnsureSpare(); }
        catch (IOException)
        {
            _spare = old;
            TryDelete(segment);
            throw;
        }
        if (old is not null) TryDelete(old);
        return segment;
    }

    void TryDelete(Segment segment)
    {
        try { files.Delete(segment); }
        catch (IOException) { }
    }

    void Account(in IndexEntry entry, int sign)
    {
        if (Find(entry.Message.Segment) is not { } segment) return;
        segment.LiveMessages += sign;
        segment.LiveBytes += sign * entry.RecordLength;
    }

    Segment Create(long length) => files.Create(_nextSequence++, length);
}
