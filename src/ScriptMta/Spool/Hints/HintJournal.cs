using System.Buffers;

namespace ScriptMta.Spool;

/// <summary>
/// Keeps the hints on disk, behind their use: changes gather for a second and are then appended to the log of this generation; when the log has grown to more than twice
/// what is live, a new generation begins with a base of everything. Nobody waits for it, and nothing that goes wrong is more than a line for the administrator.
/// </summary>
sealed class HintJournal : IDisposable
{
    /// <summary>In flushes: more changes wait only while the disk is stuck.</summary>
    const int MostPending = 16;

    readonly string _directory;
    readonly ISpoolFiles _files;
    readonly HintStore _store;
    readonly HintOptions _options;
    readonly Action<string> _trouble;
    readonly ITimer _timer;
    readonly Lock _noting = new();
    readonly Lock _writing = new();
    ArrayBufferWriter<byte> _pending = new();
    ArrayBufferWriter<byte> _spare = new();
    bool _due, _closed, _gaveUp;

    // Under _writing: the log that is written, and how long it is. Null after a failure: the next write begins a new generation.
    ISpoolFile? _log;
    long _generation, _length, _logged;
    bool _failing, _ended;

    HintJournal(string directory, ISpoolFiles files, HintStore store, TimeProvider clock, HintOptions options, Action<string> trouble)
    {
        (_directory, _files, _store, _options, _trouble) = (directory, files, store, options, trouble);
        _timer = clock.CreateTimer(_ => Flush(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public static HintJournal Open(string directory, ISpoolFiles files, HintStore store, TimeProvider clock, HintOptions options, Action<string> trouble)
    {
        var journal = new HintJournal(directory, files, store, clock, options, trouble);
        var found = HintFiles.Load(directory, files, store.Take, trouble);
        (journal._generation, journal._logged) = (found.Generation, found.Bytes);
        if (!found.IsWhole || found.LogLength == 0) return journal;
        try { (journal._log, journal._length) = (files.Open(HintFiles.Log(directory, found.Generation)), found.LogLength); }
        catch (IOException error) { trouble($"hints in {directory} cannot be written ({error.Message})"); }
        return journal;
    }

    /// <summary>Expires 0: removed. Called with the hint's lock held, so that the order of changes is the same here.</summary>
    public void Note(HintTable table, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint expires)
    {
        lock (_noting)
        {
            if (_closed) return;
            // A disk that takes nothing must not fill the memory: what is given up here is in the next base.
            if (_pending.WrittenCount > MostPending * _options.FlushBytes) (_pending, _gaveUp) = (new(), true);
            if (_gaveUp) return;
            _pending.Advance(HintFiles.Encode(_pending.GetSpan(HintFiles.Header + key.Length + value.Length), table, key, value, expires));
            if (_pending.WrittenCount < _options.FlushBytes && _due) return;
            _timer.Change(_pending.WrittenCount < _options.FlushBytes ? _options.FlushDelay : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            _due = true;
        }
    }

    /// <summary>Writes what waits.</summary>
    public void Flush()
    {
        lock (_writing)
        {
            if (_ended) return;
            try
            {
                if (_log is null || _gaveUp) Begin(isFirst: _generation == 0 && _logged == 0 && !_gaveUp);
                Append(TakePending());
                if (_logged > 2 * _store.LiveBytes + _options.CompactionSlack) Begin(isFirst: false);
                _failing = false;
            }
            catch (Exception error) when (error is IOException or SpoolException or UnauthorizedAccessException) { Failed(error); }
        }
    }

    public void Dispose()
    {
        lock (_noting) _closed = true;
        _timer.Dispose();
        if (_log is not null || _pending.WrittenCount > 0) Flush();
        lock (_writing)
        {
            try { _log?.Sync(); }
            catch (IOException error) { _trouble($"hints in {_directory} may not last ({error.Message})"); }
            _log?.Dispose();
            (_log, _ended) = (null, true);
        }
    }

    ArrayBufferWriter<byte> TakePending()
    {
        lock (_noting)
        {
            (_due, _gaveUp) = (false, false);
            (_pending, _spare) = (_spare, _pending);
            return _spare;
        }
    }

    void Append(ArrayBufferWriter<byte> bytes)
    {
        try
        {
            _log!.WriteAll(bytes.WrittenSpan, _length);
            (_length, _logged) = (_length + bytes.WrittenCount, _logged + bytes.WrittenCount);
        }
        finally { bytes.ResetWrittenCount(); }
    }

    /// <summary>A new log first, then the base that it begins from: whatever happens meanwhile is in one of them.</summary>
    void Begin(bool isFirst)
    {
        _files.CreateDirectory(_directory);
        var next = Math.Max(_generation, HintFiles.Numbers(_files.List(_directory), "log-").DefaultIfEmpty(0).Max()) + 1;
        var log = _files.Create(HintFiles.Log(_directory, next));
        _log?.Dispose();
        (_log, _generation, _length) = (log, next, HintFiles.Magic.Length);
        log.WriteAll(HintFiles.Magic, 0);
        if (isFirst) return;
        TakePending().ResetWrittenCount(); // It is in memory, so it will be in the base.
        _logged = WriteBase(next) + _length;
        foreach (var name in _files.List(_directory))
            if (HintFiles.Numbers([name], "base-").Concat(HintFiles.Numbers([name], "log-")).Any(n => n < next)) _files.Delete(Path.Combine(_directory, name));
    }

    long WriteBase(long generation)
    {
        var (unfinished, length) = (Path.Combine(_directory, $"unfinished-{generation}"), 0L);
        using (var file = _files.Create(unfinished))
        {
            var piece = new ArrayBufferWriter<byte>(_options.FlushBytes);
            piece.Write(HintFiles.Magic);
            _store.Visit((table, key, value, expires) => piece.Advance(HintFiles.Encode(piece.GetSpan(HintFiles.Header + key.Length + value.Length), table, key, value, expires)), () =>
            {
                file.WriteAll(piece.WrittenSpan, length);
                length += piece.WrittenCount;
                piece.ResetWrittenCount();
            });
            file.Sync();
        }
        _files.Move(unfinished, HintFiles.Base(_directory, generation));
        _files.SyncDirectory(_directory);
        return length;
    }

    void Failed(Exception error)
    {
        _log?.Dispose();
        if (!_failing) _trouble($"hints in {_directory} cannot be written ({error.Message}): they are kept in memory, and tried again");
        (_log, _failing) = (null, true);
        lock (_noting)
        {
            if (_closed) return;
            _timer.Change(_options.Retry, Timeout.InfiniteTimeSpan);
            _due = true;
        }
    }
}
