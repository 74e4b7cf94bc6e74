using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>The embedded journal (architecture §2): segments, group commit, one owner. See <see cref="OpenAsync"/> for what can go wrong.</summary>
sealed class JournalSpool : ISpool
{
    readonly SpoolOptions _options;
    readonly IDisposable _lock;
    readonly SegmentLog _log;
    readonly SpoolIndex _index = new();
    readonly BodyFiles _bodies;
    readonly RecordReader _records;
    readonly StateReader _states;
    readonly GroupCommit _commit;
    readonly JournalWriter _writer;
    volatile bool _closed;

    public event Action<QueueEntry>? Committed;

    /// <summary>Background trouble for the panic log: a full disk met by compaction, a damaged segment kept. Called on the writer's thread.</summary>
    public event Action<string>? Trouble;

    public SpoolRecovery Recovery { get; }

    /// <summary>
    /// Takes the lock, recovers, and starts the writer. Throws <see cref="SpoolException"/>: Locked with the holder's process id,
    /// Corrupt for a format that this version does not read, DiskFull, InputOutput, SyncFailed.
    /// </summary>
    public static ValueTask<JournalSpool> OpenAsync(SpoolOptions options, ISpoolFiles files, TimeProvider clock, CancellationToken cancel)
    {
        try
        {
            files.CreateDirectory(options.Directory);
            var held = files.Lock(Path.Combine(options.Directory, "lock"));
            try { return ValueTask.FromResult(new JournalSpool(options, files, clock, held, cancel)); }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (IOException error) { throw error.Refusal(); }
    }

    JournalSpool(SpoolOptions options, ISpoolFiles files, TimeProvider clock, IDisposable held, CancellationToken cancel)
    {
        (_options, _lock) = (options, held);
        var segments = new SegmentFiles(files, Path.Combine(options.Directory, "journal"), Path.Combine(options.Directory, "damaged"));
        segments.CreateDirectories();
        _bodies = new(files, Path.Combine(options.Directory, "bodies"), options.ReserveSpace);
        _bodies.CreateDirectory();
        _log = new(segments, options);
        var report = new RecoveryReport(options.Directory);
        var recovery = new JournalRecovery(segments, _bodies, _log, _index, report, options.SegmentSize, clock);
        try { recovery.Run(cancel); }
        catch
        {
            _log.Dispose();
            throw;
        }
        Recovery = report.Finish(_index.Count, _log.Count, recovery.NewestId);
        _records = new(_log);
        _states = new(_log, _records);
        _commit = new(_log, _index, _bodies, options, recovery.LastGroup) { Committed = Announce };
        var upkeep = new Upkeep(_log, _index, segments, _bodies, _commit, new(_records, _states), options, clock, text => Trouble?.Invoke(text))
        {
            EvacuateThrough = recovery.EvacuateThrough,
        };
        _writer = new(_commit, upkeep, options, clock);
    }

    public IBodyDraft Begin(MessageId id)
    {
        ThrowIfClosed();
        if (_commit.Refusal() is { } refusal) throw refusal;
        return new BodyDraft(id, _bodies, _options.InlineLimit);
    }

    public async ValueTask CommitAsync(Envelope envelope, HeaderSection headers, IBodyDraft body, NewMessageState state, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (body is not BodyDraft draft || draft.Id != envelope.Id)
            throw new ArgumentException($"the body was not begun for {envelope.Id} in this spool", nameof(body));
        var key = envelope.Id.Key;
        if (_index.Find(key) is not null) throw new InvalidOperationException($"message id {envelope.Id} is already in the spool");
        using var head = new PayloadWriter();
        var size = MessageCodec.SizeOf(headers) + draft.Length;
        MessageCodec.Write(head, envelope, headers, size);
        MakeDurable(draft);
        var request = new WriteRequest(HeaderFor(key, head, draft, state), head.Written, draft.IsInFile ? default : draft.Inline)
        {
            Size = size,
            ReceivedAt = envelope.ReceivedAt,
            MustBeDurable = true,
        };
        // From here on the writer may use the buffers: no cancellation before it has answered.
        try
        {
            await _writer.WriteAsync(request).ConfigureAwait(false);
            draft.KeepFile();
        }
        catch (SpoolException) when (request.WasWritten)
        {
            draft.KeepFile(); // the record may be found after a crash, and then it needs its body
            throw;
        }
    }

    public IReadOnlyList<QueueEntry> Entries() => Listed(setAside: false);

    public IReadOnlyList<QueueEntry> SetAside() => Listed(setAside: true);

    QueueEntry[] Listed(bool setAside)
    {
        var rows = _index.Snapshot(entry => entry.IsSetAside == setAside, static (key, entry) => entry.ToQueueEntry(key));
        Array.Sort(rows, static (a, b) => a.ReceivedTicks != b.ReceivedTicks ? a.ReceivedTicks.CompareTo(b.ReceivedTicks) : a.Id.CompareTo(b.Id));
        return rows;
    }

    public int Count => _index.Count;

    public (SpoolTotals Totals, int Queued) Account => _index.Account;

    public QueueEntry? Find(MessageId id) => _index.Find(id.Key) is { IsSetAside: false } entry ? entry.ToQueueEntry(id.Key) : null;

    public ValueTask<StoredMessage?> ReadAsync(MessageId id, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return ValueTask.FromResult(WhereItStands(id, entryOf => ReadAt(id, entryOf.Key, entryOf.Value)));
    }

    public MessageHistory? History(MessageId id) => _index.Find(id.Key) is { } entry ? _states.History(id.Key, entry) : null;

    public StoredSummary? Summary(MessageId id) => WhereItStands(id, entryOf => SummaryAt(entryOf.Key, entryOf.Value));

    public ValueTask<Stream> OpenBodyAsync(MessageId id, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        return WhereItStands<Stream>(id, entryOf => OpenBodyAt(id, entryOf.Key, entryOf.Value)) is { } body
            ? ValueTask.FromResult(body)
            : throw new SpoolException($"message {id} is not in the spool", SpoolFault.NotFound);
    }

    public async ValueTask RecordAsync(MessageId id, IReadOnlyList<SpoolChange> changes, bool durable, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if (changes.Count == 0) return;
        using var payload = new PayloadWriter();
        ChangeCodec.Write(payload, changes);
        var request = new WriteRequest(RecordHeader.For(RecordType.Changes, id.Key, payload.Written.Span), payload.Written, default)
        {
            Changes = [.. changes],
            MustBeDurable = durable,
        };
        await _writer.WriteAsync(request).ConfigureAwait(false);
    }

    /// <summary>Returns when background work (freeing segments and body files) has nothing left that it could do now.</summary>
    public Task SettledAsync() => _writer.SettledAsync();

    public async ValueTask DisposeAsync()
    {
        if (_closed) return;
        _closed = true;
        await _writer.DisposeAsync().ConfigureAwait(false);
        _log.Dispose();
        _lock.Dispose();
    }

    static RecordHeader HeaderFor(UInt128 key, PayloadWriter head, BodyDraft draft, NewMessageState state) =>
        RecordHeader.For(RecordType.Message, key, head.Written.Span) with
        {
            Flags = (draft.IsInFile ? RecordFlags.BodyInFile : 0) | (state.Frozen ? RecordFlags.Frozen : 0) | (state.QueueOnly ? RecordFlags.QueueOnly : 0),
            BodyLength = draft.IsInFile ? 0 : (uint)draft.Length,
            BodyFileLength = draft.IsInFile ? draft.Length : 0,
            BodyCrc = draft.Crc,
        };

    void MakeDurable(BodyDraft draft)
    {
        try { draft.MakeFileDurable(); }
        catch (SpoolException error) when (error.Fault == SpoolFault.SyncFailed)
        {
            _commit.RefuseFromNowOn(error.Message);
            throw;
        }
    }

    /// <summary>Null when the message is not there. A null of <paramref name="read"/> means unreadable: tried again if the message has moved meanwhile.</summary>
    T? WhereItStands<T>(MessageId id, Func<KeyValuePair<UInt128, IndexEntry>, T?> read) where T : class
    {
        ThrowIfClosed();
        var key = id.Key;
        while (_index.Find(key) is { } entry)
        {
            try
            {
                if (read(new(key, entry)) is { } result) return result;
            }
            catch (ObjectDisposedException) { ThrowIfClosed(); } // a segment that went while it was searched
            catch (IOException error) { throw new SpoolException($"message {id} cannot be read from the spool ({error.Message}): check the disk", SpoolFault.InputOutput, error); }
            if (_index.Find(key) is { } now && now.Message == entry.Message && now.LastChange == entry.LastChange)
                throw new SpoolException($"message {id} at {entry.Message} cannot be read from the spool: check the disk", SpoolFault.Corrupt);
        }
        return null;
    }

    StoredMessage? ReadAt(MessageId id, UInt128 key, in IndexEntry entry)
    {
        using var record = _records.Read(entry.Message, key, withBody: false);
        if (record is null) return null;
        var (envelope, headers) = MessageCodec.Read(record.Head, id);
        var state = StateAt(key, entry, StateCodec.Initial(record.Header.Flags, envelope.ReceivedAt));
        var bodyLength = entry.Size - MessageCodec.SizeOf(headers);
        return state is null ? null : new(envelope, headers, bodyLength, state);
    }

    StoredSummary? SummaryAt(UInt128 key, in IndexEntry entry)
    {
        using var record = _records.Read(entry.Message, key, withBody: false);
        if (record is null) return null;
        var (receivedAt, sender, recipients) = MessageCodec.ReadEnvelope(record.Head);
        return StateAt(key, entry, StateCodec.Initial(record.Header.Flags, receivedAt)) is { } state ? new(sender, recipients, state) : null;
    }

    DeliveryState? StateAt(UInt128 key, in IndexEntry entry, DeliveryState initial)
    {
        var state = _states.Walk(key, entry, initial);
        return state is null && _index.Find(key)?.LastChange == entry.LastChange ? _states.Search(key, initial) : state;
    }

    Stream? OpenBodyAt(MessageId id, UInt128 key, in IndexEntry entry)
    {
        var record = _records.Read(entry.Message, key, withBody: !entry.BodyInFile);
        if (record is null) return null;
        if (!entry.BodyInFile) return new InlineBodyStream(record);
        var (length, crc) = (record.Header.BodyFileLength, record.Header.BodyCrc);
        record.Dispose();
        try { return new FileBodyStream(_bodies.Open(id), $"the body of {id}", length, crc); }
        catch (IOException error)
        {
            return _index.Find(key) is null ? null : throw new SpoolException($"the body file of {id} cannot be opened ({error.Message})", SpoolFault.Corrupt, error);
        }
    }

    void Announce(List<QueueEntry> entries)
    {
        if (Committed is null) return;
        ThreadPool.UnsafeQueueUserWorkItem(static work =>
        {
            foreach (var entry in work.entries) work.spool.Committed?.Invoke(entry);
        }, (spool: this, entries), preferLocal: false);
    }

    void ThrowIfClosed()
    {
        if (_closed) throw new SpoolException("the spool is closed", SpoolFault.Closed);
    }
}
