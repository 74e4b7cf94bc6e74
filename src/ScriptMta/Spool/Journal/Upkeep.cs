using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>
/// Background work in small steps between groups, on the writer's thread: deletes body files of finished messages, keeps a segment in
/// reserve, and frees the oldest segment: at once when it holds no live message, and by copying its messages forward when dead
/// records waste more than the slack and than what lives. Only the oldest ever goes, so no record that ends
/// a message can go before the message. What fails is tried again later and reported once.
/// </summary>
sealed class Upkeep(SegmentLog log, SpoolIndex index, SegmentFiles files, BodyFiles bodies, GroupCommit commit,
    MessageCopy copy, SpoolOptions options, TimeProvider clock, Action<string> report)
{
    /// <summary>What one step copies at most: some milliseconds in which commits wait.</summary>
    const int StepBytes = 1 << 20;

    readonly Stack<UInt128> _toCopy = new();
    string? _lastTrouble;
    long _pausedAt;
    bool _isPaused;

    /// <summary>Segments up to this number hold unreadable bytes and are emptied at once.</summary>
    public uint EvacuateThrough { get; init; }

    /// <summary>True when there is more to do at once.</summary>
    public bool Step()
    {
        if (commit.Refusal() is not null || IsPaused()) return false;
        try
        {
            var more = bodies.DeleteOneDead() || Reclaim();
            _lastTrouble = null;
            return more;
        }
        catch (Exception error) when (error is IOException or SpoolException)
        {
            Pause(error.Message);
            return false;
        }
    }

    bool Reclaim()
    {
        if (EvacuateThrough >= log.Active.Sequence) commit.Roll(0, mayTakeReserve: true);
        var oldest = log.Oldest;
        if (oldest != log.Active)
        {
            if (oldest.LiveMessages == 0) return Remove(oldest);
            if (IsWorthCopying(oldest)) return CopySome(oldest);
        }
        log.EnsureSpare();
        return false;
    }

    bool IsWorthCopying(Segment oldest) =>
        oldest.Sequence <= EvacuateThrough || log.DeadBytes >= Math.Max(options.CompactionSlack, log.LiveBytes);

    bool Remove(Segment oldest)
    {
        commit.CarryTotals();
        commit.Flush();
        if (oldest.IsDamaged) report($"spool segment {oldest.Sequence} was damaged; its readable messages are copied, the file is kept as {files.SetAside(oldest, clock.GetUtcNow())}");
        else files.Delete(oldest);
        log.RemoveOldest();
        return true;
    }

    bool CopySome(Segment oldest)
    {
        if (_toCopy.Count == 0)
            foreach (var key in index.KeysIn(oldest.Sequence)) _toCopy.Push(key);
        var batch = new List<WriteRequest>();
        for (long bytes = 0; bytes < StepBytes && _toCopy.TryPop(out var key);)
        {
            if (index.Find(key) is not { } entry || entry.Message.Segment != oldest.Sequence) continue;
            if (copy.Prepare(key, entry, batch)) bytes += entry.RecordLength;
            else Abandon(oldest, key, entry);
        }
        commit.Commit(batch);
        var failure = batch.Find(static request => request.Failure is not null)?.Failure;
        copy.Release();
        return failure is null ? true : throw failure;
    }

    /// <summary>The record cannot be read any more: the message is lost to the queue, and what the disk still has of it is kept.</summary>
    void Abandon(Segment segment, UInt128 key, in IndexEntry entry)
    {
        segment.IsDamaged = true;
        index.Lose(key);
        log.Forget(entry);
        report($"message {new MessageId(key)} at {entry.Message} can no longer be read from the spool and leaves the queue; the segment file will be kept");
    }

    bool IsPaused()
    {
        if (_isPaused && clock.GetElapsedTime(_pausedAt) >= options.UpkeepRetry) _isPaused = false;
        return _isPaused;
    }

    void Pause(string trouble)
    {
        (_isPaused, _pausedAt) = (true, clock.GetTimestamp());
        _toCopy.Clear();
        if (trouble != _lastTrouble) report($"spool upkeep failed, next attempt in {options.UpkeepRetry.TotalSeconds:0} s: {trouble}");
        _lastTrouble = trouble;
    }
}
