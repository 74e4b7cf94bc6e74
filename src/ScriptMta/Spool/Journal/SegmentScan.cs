namespace ScriptMta.Spool;

/// <summary>Unreadable bytes between records. WasDurable: a later record says that they had been on stable storage, so this is damage and not a write that a power cut tore.</summary>
readonly record struct SegmentGap(long Start, long End, bool WasDurable);

/// <summary>
/// Finds every intact record of a segment in order, going on behind bytes that are none. What follows the last record is either
/// zero (never written) or the torn end of the last write.
/// </summary>
sealed class SegmentScan(Segment segment)
{
    const int Alignment = 8;
    readonly SegmentWindow _window = new(segment.File, segment.Length);
    readonly List<SegmentGap> _gaps = [];
    RecordHeader _header;
    ulong _lastGroup;
    long _lastNonZero;

    public RecordHeader Header => _header;
    public JournalPosition Position { get; private set; }

    /// <summary>Envelope, headers or changes; valid until the next call.</summary>
    public ReadOnlySpan<byte> Head => _window.At(Position.Offset + RecordHeader.Size, _header.HeadLength);

    /// <summary>Behind the last intact record.</summary>
    public long End { get; private set; } = SegmentFiles.FirstRecord;

    /// <summary>Below this a later record says that all was on stable storage.</summary>
    public long ConfirmedEnd { get; private set; } = SegmentFiles.FirstRecord;

    public bool IsSealed { get; private set; }
    public int Records { get; private set; }
    public ulong HighestGroup { get; private set; }
    public IReadOnlyList<SegmentGap> Gaps => _gaps;

    /// <summary>Bytes behind the last record that are not zero: the torn end. Known after Next has returned false.</summary>
    public long TornBytes => IsSealed ? 0 : Math.Max(0, _lastNonZero - End);

    public bool Next()
    {
        for (var at = End; !IsSealed; at += Alignment)
        {
            at = _window.NextNonZero(at);
            if (at < 0) break;
            at -= at % Alignment;
            _lastNonZero = at + Alignment;
            if (!TryAccept(at)) continue;
            NoteGaps(at);
            End = at + _header.RecordLength;
            ConfirmedEnd = Math.Max(ConfirmedEnd, _header.Durable);
            IsSealed = _header.Type == RecordType.Seal;
            Records++;
            return true;
        }
        return false;
    }

    bool TryAccept(long at)
    {
        var position = new JournalPosition(segment.Sequence, (uint)at);
        if (!RecordHeader.TryRead(_window.At(at, RecordHeader.Size), position, segment.Marker, out var header)) return false;
        HighestGroup = Math.Max(HighestGroup, header.Group);
        if (header.Group < _lastGroup || !PayloadIntact(at, header)) return false;
        (_header, Position, _lastGroup) = (header, position, header.Group);
        return true;
    }

    bool PayloadIntact(long at, in RecordHeader header)
    {
        if (at + header.RecordLength > segment.Length) return false;
        var payload = _window.At(at + RecordHeader.Size, header.HeadLength + header.BodyLength);
        if (payload.Length != header.HeadLength + header.BodyLength) return false;
        return Crc32C.Compute(payload[..(int)header.HeadLength]) == header.HeadCrc
            && (header.BodyLength == 0 || Crc32C.Compute(payload[(int)header.HeadLength..]) == header.BodyCrc);
    }

    void NoteGaps(long at)
    {
        for (var i = 0; i < _gaps.Count; i++)
            if (_gaps[i].Start < _header.Durable) _gaps[i] = _gaps[i] with { WasDurable = true };
        if (at > End) _gaps.Add(new(End, at, End < _header.Durable));
    }
}
