using ScriptMta.Common.Posix;
using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>
/// The journal as it stands at this moment, read beside its owner if there is one: nothing is changed, no lock is taken, and segments that the owner frees meanwhile stay readable, for they are
/// open here. Throws <see cref="SpoolException"/> (InputOutput, Corrupt).
/// </summary>
sealed class SpoolSnapshot : IDisposable
{
    /// <summary>The owner may free a segment between its being listed and opened.</summary>
    const int Attempts = 5;

    readonly SegmentLog _log;
    readonly SpoolIndex _index = new();
    readonly BodyFiles _bodies;
    readonly RecordReader _records;
    readonly StateReader _states;
    readonly JournalReplay _replay;
    readonly List<string> _unreadable = [];

    SpoolSnapshot(SpoolOptions options, ISpoolFiles files)
    {
        var segments = new SegmentFiles(files, Path.Combine(options.Directory, "journal"), Path.Combine(options.Directory, "damaged"));
        _bodies = new(files, Path.Combine(options.Directory, "bodies"), options.ReserveSpace);
        _log = new(segments, options);
        _records = new(_log);
        _states = new(_log, _records);
        _replay = new(_index);
        foreach (var sequence in segments.Existing()) Adopt(segments.Open(sequence));
    }

    public static SpoolSnapshot Open(SpoolOptions options, ISpoolFiles files)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                // The owner may go on to the next segment between our reading of two: accounts that do not fit are looked at again.
                var snapshot = new SpoolSnapshot(options, files);
                if (snapshot.Differences.Count == 0 || attempt == Attempts) return snapshot;
                snapshot.Dispose();
            }
            catch (IOException error) when (error.HResult == PosixError.NoEntry && attempt < Attempts) { }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new SpoolException($"the spool {options.Directory} cannot be read ({error.Message})", SpoolFault.InputOutput, error);
            }
    }

    public IReadOnlyList<Segment> Segments => _log.All();
    public (SpoolTotals Totals, int Queued) Account => _index.Account;
    public IReadOnlyList<(JournalPosition At, SpoolTotals Counted, SpoolTotals Recorded)> Differences => _replay.Differences;

    /// <summary>Files that have lost both copies of their header.</summary>
    public IReadOnlyList<string> Unreadable => _unreadable;

    /// <summary>What is queued, in the order in which it stands on disk.</summary>
    public IReadOnlyList<MessageId> Ids()
    {
        var rows = _index.Snapshot(static (key, entry) => (key, entry.Message));
        Array.Sort(rows, static (a, b) => a.Message.Value.CompareTo(b.Message.Value));
        return Array.ConvertAll(rows, static row => new MessageId(row.key));
    }

    public QueueEntry? Find(MessageId id) => _index.Find(id.Key)?.ToQueueEntry(id.Key);

    public JournalPosition PositionOf(MessageId id) => _index.Find(id.Key)?.Message ?? default;

    /// <summary>Null when it is not queued. <paramref name="isChainBroken"/>: records of what happened to it are missing.</summary>
    public StoredMessage? Read(MessageId id, out bool isChainBroken)
    {
        isChainBroken = false;
        if (_index.Find(id.Key) is not { } entry) return null;
        using var record = _records.Read(entry.Message, id.Key, withBody: false) ?? throw Unintact(id, entry);
        var (envelope, headers) = MessageCodec.Read(record.Head, id);
        var initial = StateCodec.Initial(record.Header.Flags, envelope.ReceivedAt);
        var state = _states.Walk(id.Key, entry, initial);
        isChainBroken = state is null;
        return new(envelope, headers, entry.Size - MessageCodec.SizeOf(headers), state ?? _states.Search(id.Key, initial));
    }

    /// <summary>As received, verified when read to its end.</summary>
    public Stream OpenBody(MessageId id)
    {
        var entry = _index.Find(id.Key) ?? throw new SpoolException($"message {id} is not in the spool", SpoolFault.NotFound);
        var record = _records.Read(entry.Message, id.Key, withBody: !entry.BodyInFile) ?? throw Unintact(id, entry);
        if (!entry.BodyInFile) return new InlineBodyStream(record);
        var (length, crc) = (record.Header.BodyFileLength, record.Header.BodyCrc);
        record.Dispose();
        try { return new FileBodyStream(_bodies.Open(id), $"the body file {_bodies.PathOf(id)}", length, crc); }
        catch (IOException error) { throw new SpoolException($"the body file {_bodies.PathOf(id)} cannot be opened ({error.Message})", SpoolFault.Corrupt, error); }
    }

    public void Dispose() => _log.Dispose();

    void Adopt(Segment segment)
    {
        if (segment.Marker == 0)
        {
            _unreadable.Add(segment.Path);
            segment.Dispose();
            return;
        }
        var found = FoundSegment.Read(segment, _replay);
        found.Contents?.Dispose();
        segment.Contents = null;
        segment.End = found.End;
        _log.Adopt(segment);
    }

    static SpoolException Unintact(MessageId id, in IndexEntry entry) => new($"message {id} at {entry.Message} is not intact", SpoolFault.Corrupt);
}
