using System.Collections.Concurrent;
using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>
/// Takes messages from the spool to their recipients (architecture §2 "The queue"): first attempt at once, then by the retry rules. Administrators' operations
/// return what Exim prints after the message id ("is now frozen", "has been removed", …) and are durable when they return.
/// </summary>
sealed class MailQueue : IAsyncDisposable
{
    /// <summary>After an attempt that the disk or a defect broke off.</summary>
    static readonly TimeSpan BrokenOffWait = TimeSpan.FromMinutes(1);

    /// <summary>Messages of a queue run under way at once: those that wait for a slow destination leave room for others.</summary>
    const int MostOfOneRun = 256;

    readonly ISpool _spool;
    readonly Func<QueueRules> _rules;
    readonly MessageIdSource _ids;
    readonly Schedule _schedule;
    readonly QueueEdits _edits;
    readonly UnrecordedOutcomes _unrecorded;
    readonly RunLimits _runLimits;
    /// <summary>Attempts that a defect broke off: nobody waits for them.</summary>
    readonly ConcurrentDictionary<MessageId, bool> _brokenOff = new();
    /// <summary>What was there before a command that delivers only its own.</summary>
    HashSet<MessageId> _before = [];
    bool _everything;
    bool _stopped;

    public MailQueue(ISpool spool, Func<QueueRules> rules, MessageIdSource ids, Reception.MachineState? machine = null)
    {
        _runLimits = new(rules, machine ?? Reception.MachineState.Own);
        (_spool, _rules, _ids) = (spool, rules, ids);
        var clock = rules().Environment.Clock;
        _edits = new QueueEdits(spool, rules, ids);
        Retries = new RetryDesk(spool, rules, TryNow);
        _unrecorded = new UnrecordedOutcomes(spool);
        _schedule = new Schedule(clock, (one, cancel) => AttemptAsync(one, forced: false, cancel));
    }

    /// <summary>What is remembered of failures, for people.</summary>
    public RetryDesk Retries { get; }

    void TryNow(IReadOnlyList<MessageId> ids)
    {
        _schedule.Destinations.ForgetRests();
        var now = Now;
        if (_everything) _schedule.AddAll(ids.Select(id => (id, now)));
    }

    DateTimeOffset Now => _rules().Environment.Clock.GetUtcNow();

    /// <summary>Everything: looks at the whole spool and delivers what is due, now and later (a daemon). Otherwise only what is committed after this call or named by RunAsync and DeliverAsync (one command without a daemon).</summary>
    public void Start(bool everything)
    {
        _everything = everything;
        if (!everything) _before = [.. _spool.Entries().Select(e => e.Id)];
        _spool.Committed += OnCommitted;
        if (!everything) return;
        _schedule.AddAll(_spool.Entries().Where(IsTimed).Select(e => (e.Id, e.NextAttempt)));
    }

    static bool IsTimed(QueueEntry entry) => !entry.Frozen && entry.NextAttempt != DateTimeOffset.MaxValue;

    void OnCommitted(QueueEntry entry)
    {
        if (entry.Frozen && _rules().Options.FreezeTell.Length > 0) _ = _schedule.TryHoldAsync(entry.Id, cancel => NoticeAsync(entry.Id, cancel));
        Consider(entry);
    }

    async Task NoticeAsync(MessageId id, CancellationToken cancel)
    {
        try { await new FrozenNotices(_spool, _rules(), _ids).OnArrivalAsync(id, cancel).ConfigureAwait(false); }
        catch (Exception error) when (error is SpoolException or OperationCanceledException) { _rules().Environment.Log.Panic(id, QueueLog.AttemptFailed(error)); }
    }

    void Consider(QueueEntry entry)
    {
        if (IsTimed(entry)) _schedule.Add(entry.Id, entry.NextAttempt);
    }

    async Task<AfterTry> AttemptAsync(ScheduledTry one, bool forced, CancellationToken cancel)
    {
        var id = one.Id;
        var rules = _rules();
        var pass = new TurnPass { CalledBy = one.CalledBy, MayPark = one.Kind != TryKind.Asked, AsksAnyway = forced };
        try
        {
            if (one.Kind is TryKind.Due or TryKind.Recalled && !IsStillDue(one)) return default;
            if (!await _unrecorded.SettleAsync(cancel).ConfigureAwait(false)) return TryLater(id);
            var turns = new GroupTurns(_schedule.Destinations, rules, pass, one.Share);
            var after = await new DeliveryAttempt(_spool, rules, _ids, _unrecorded, turns, one.Share).RunAsync(id, one.Kind, forced, cancel).ConfigureAwait(false);
            _brokenOff.TryRemove(id, out _);
            return after.IsParked || _everything ? after : default;
        }
        catch (OperationCanceledException)
        {
            // Shutdown: what was certain has been recorded, the rest is still queued.
            return default;
        }
#pragma warning disable CA1031 // The queue must outlive a defect in one delivery: it is reported, and the message stays queued.
        catch (Exception error)
#pragma warning restore CA1031
        {
            _rules().Environment.Log.Panic(id, QueueLog.AttemptFailed(error));
            return TryLater(id);
        }
        finally { _schedule.Destinations.Finish(pass); }
    }

    /// <summary>A message may have been put off, held or removed since its time was set; then there is another entry for it, or none is needed.</summary>
    bool IsStillDue(ScheduledTry one) => _spool.Find(one.Id) is { Frozen: false } entry && (one.Kind == TryKind.Recalled || entry.NextAttempt <= Now);

    AfterTry TryLater(MessageId id)
    {
        _brokenOff[id] = true;
        return _everything ? new(Now + BrokenOffWait) : default;
    }

    /// <summary>Completes when no delivery is under way and nothing committed so far waits for its first attempt.</summary>
    public async ValueTask WhenIdleAsync(CancellationToken cancel)
    {
        do await _schedule.WhenIdle().WaitAsync(cancel).ConfigureAwait(false);
        while (await ComesSoonAsync(_spool.Entries().Any(IsComing), cancel).ConfigureAwait(false) || !_schedule.IsIdle);
    }

    /// <summary>The spool announces a message on a thread of its own, after the committer has gone on: what is accepted may not be in line yet.</summary>
    bool IsComing(QueueEntry entry) =>
        entry.NextAttempt == DateTimeOffset.MinValue && !entry.Frozen && !_stopped && !_before.Contains(entry.Id)
        && !_schedule.Knows(entry.Id) && !_brokenOff.ContainsKey(entry.Id);

    static async ValueTask<bool> ComesSoonAsync(bool comes, CancellationToken cancel)
    {
        if (comes) await Task.Delay(1, cancel).ConfigureAwait(false);
        return comes;
    }

    /// <summary>Completes when the first attempt at a message just committed is over (or none will be made).</summary>
    public async ValueTask WhenAttemptedAsync(MessageId id, CancellationToken cancel)
    {
        while (await ComesSoonAsync(_spool.Find(id) is { } entry && IsComing(entry), cancel).ConfigureAwait(false)) { }
        await _schedule.WhenAttempted(id).WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>A run that the daemon makes by itself; none when queue_run_max of them go on already.</summary>
    public async ValueTask RunPeriodicallyAsync(QueueRunOptions options, CancellationToken cancel)
    {
        if (!_runLimits.TryBegin()) return;
        try { await RunAsync(options, cancel).ConfigureAwait(false); }
        finally { _runLimits.End(); }
    }

    /// <summary>One queue run over what is there now; completes when each message has had its turn. Logs Exim's "Start queue run" and "End queue run".</summary>
    public async ValueTask RunAsync(QueueRunOptions options, CancellationToken cancel)
    {
        var log = _rules().Environment.Log;
        var logged = log.Options.Has("queue_run");
        if (logged) log.Main(null, QueueLog.QueueRunStart + Environment.ProcessId + Flags(options));
        await RunOlderAsync(options, cancel).ConfigureAwait(false);
        if (logged) log.Main(null, QueueLog.QueueRunEnd + Environment.ProcessId + Flags(options));
    }

    static string Flags(QueueRunOptions options) =>
        (options.Frozen ? " -qff" : options.Force ? " -qf" : "") + (options.Sender is { } sender ? " -S " + sender : "") + (options.Recipient is { } recipient ? " -R " + recipient : "");

    async ValueTask RunOlderAsync(QueueRunOptions options, CancellationToken cancel)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _rules().Options.QueueRunInOrder ? 1 : MostOfOneRun, CancellationToken = cancel };
        await _edits.DropSetAsideAsync(cancel).ConfigureAwait(false);
        var abandoned = 0;
        await Parallel.ForEachAsync(_spool.Entries(), parallel, async (entry, token) =>
        {
            if (Volatile.Read(ref abandoned) != 0 || !await IsPickedAsync(entry, options, token).ConfigureAwait(false)) return;
            if (!options.Forces && _runLimits.TooMuchLoad() is { } load)
            {
                if (Interlocked.Exchange(ref abandoned, 1) == 0) _rules().Environment.Log.Main(null, QueueLog.Abandoned(load, _rules().Options.DeliverQueueLoadMax));
                return;
            }
            await _schedule.RunInTurnAsync(entry.Id, (one, stop) => AttemptAsync(one, options.Forces, stop)).WaitAsync(token).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    async ValueTask<bool> IsPickedAsync(QueueEntry entry, QueueRunOptions options, CancellationToken cancel)
    {
        if (!options.IsInRange(entry.Id)) return false;
        if (entry.Frozen && !options.Frozen) return await MendFrozenAsync(entry, cancel).ConfigureAwait(false);
        if (!options.Forces && entry.NextAttempt > Now && entry.NextAttempt != DateTimeOffset.MaxValue) return false;
        return !options.Selects || (_spool.Summary(entry.Id) is { } stored && options.Picks(stored));
    }

    /// <summary>timeout_frozen_after and auto_thaw (Exim 14.23): true when the message is to be tried again.</summary>
    async ValueTask<bool> MendFrozenAsync(QueueEntry entry, CancellationToken cancel)
    {
        var options = _rules().Options;
        if (await _spool.ReadAsync(entry.Id, cancel).ConfigureAwait(false) is not { State.FrozenSince: { } since } stored) return false;
        var frozen = Now - since;
        var sender = DeliveryContext.SenderOf(stored);
        if (options.TimeoutFrozenAfter > TimeSpan.Zero && frozen >= options.TimeoutFrozenAfter) await _edits.TimeOutAsync(entry.Id, cancel).ConfigureAwait(false);
        else if (sender.IsNull && frozen >= options.IgnoreBounceErrorsAfter) return await ThawedAsync(entry.Id, QueueLog.ErrorTimerThawed, cancel).ConfigureAwait(false);
        else if (options.AutoThaw > TimeSpan.Zero && frozen >= options.AutoThaw) return await ThawedAsync(entry.Id, QueueLog.AutoThawed, cancel).ConfigureAwait(false);
        else if (_rules().Environment.Log.Options.Has("skip_delivery")) _rules().Environment.Log.Main(entry.Id, QueueLog.IsFrozen);
        return false;
    }

    async ValueTask<bool> ThawedAsync(MessageId id, string logged, CancellationToken cancel)
    {
        await _spool.RecordAsync(id, [new SpoolChange.Thawed()], durable: false, cancel).ConfigureAwait(false);
        _rules().Environment.Log.Main(id, logged);
        return true;
    }

    public ValueTask<bool> DeliverAsync(MessageId id, CancellationToken cancel) => DeliverAsync(id, forced: true, cancel);

    /// <summary>An attempt now, due or not, frozen or not; completes when it is over. False: no such message.</summary>
    /// <param name="forced">False (-Mc): retry times are respected.</param>
    public async ValueTask<bool> DeliverAsync(MessageId id, bool forced, CancellationToken cancel)
    {
        if (_spool.Find(id) is null) return false;
        await TryNowAsync(id, forced, cancel).ConfigureAwait(false);
        return true;
    }

    async ValueTask TryNowAsync(MessageId id, bool forced, CancellationToken cancel) =>
        await _schedule.RunNowAsync(id, (one, stop) => AttemptAsync(one, forced, stop)).WaitAsync(cancel).ConfigureAwait(false);

    /// <summary>What goes where just now: every destination that has been used lately or that something waits for.</summary>
    public IReadOnlyList<DestinationStanding> Destinations() => _schedule.Destinations.Standings();

    /// <summary>Nothing goes to the destination (a domain or the name of a host, with * and ?) until it is resumed.</summary>
    public void Suspend(string destination, string reason, string by)
    {
        var suspensions = _rules().Suspensions;
        suspensions.Add(new(destination, reason, by, Now));
        _schedule.Destinations.Resuspend(suspensions.Reason);
        _rules().Environment.Log.Main(null, QueueLog.Suspended(destination, by, reason));
    }

    /// <summary>What waits for it goes now. False: it was not suspended.</summary>
    public bool Resume(string destination, string by)
    {
        var suspensions = _rules().Suspensions;
        if (!suspensions.Remove(destination)) return false;
        _rules().Environment.Log.Main(null, QueueLog.Resumed(destination, by));
        _schedule.Destinations.Resuspend(suspensions.Reason);
        return true;
    }

    public IReadOnlyList<Suspension> Suspended() => _rules().Suspensions.All();

    /// <summary>Null: the message has left. One that the spool cannot read says so in the listing.</summary>
    public QueueListing? Describe(QueueEntry entry)
    {
        try { return _spool.Summary(entry.Id) is { } stored ? QueueListing.Of(entry, stored, _schedule.IsRunning(entry.Id)) : null; }
        catch (SpoolException error) { return QueueListing.Unreadable(entry, error.Message); }
    }

    public ValueTask<EditAnswer> FreezeAsync(MessageId id, string by, CancellationToken cancel) => _edits.FreezeAsync(id, by, cancel);
    public ValueTask<EditAnswer> RemoveAsync(MessageId id, string by, CancellationToken cancel) => _edits.RemoveAsync(id, by, cancel);
    /// <summary>-Mg: fails every remaining recipient, so that the sender gets a bounce.</summary>
    public ValueTask<EditAnswer> GiveUpAsync(MessageId id, string by, CancellationToken cancel) => HeldAsync(id, () => _edits.GiveUpAsync(id, by, cancel));
    public ValueTask<EditAnswer> EditSenderAsync(MessageId id, MailAddress sender, string by, CancellationToken cancel) => HeldAsync(id, () => _edits.EditSenderAsync(id, sender, by, cancel));
    public ValueTask<EditAnswer> MarkDeliveredAsync(MessageId id, IReadOnlyList<MailAddress>? recipients, string by, CancellationToken cancel) => HeldAsync(id, () => _edits.MarkDeliveredAsync(id, recipients, by, cancel));
    public ValueTask<EditAnswer> AddRecipientsAsync(MessageId id, IReadOnlyList<MailAddress> recipients, string by, CancellationToken cancel) => HeldAsync(id, () => _edits.AddRecipientsAsync(id, recipients, by, cancel));

    public ValueTask<EditAnswer> SetAsideAsync(MessageId id, DateTimeOffset until, string by, CancellationToken cancel) => _edits.SetAsideAsync(id, until, by, cancel);
    public ValueTask<EditAnswer> RestoreAsync(MessageId id, string by, CancellationToken cancel) => HeldAsync(id, () => _edits.RestoreAsync(id, by, cancel));
    public ValueTask<EditAnswer> ReplaceRecipientsAsync(MessageId id, Func<MailAddress, MailAddress?> replacement, string by, CancellationToken cancel) =>
        HeldAsync(id, () => _edits.ReplaceRecipientsAsync(id, replacement, by, cancel));
    public ValueTask<EditAnswer> ForgetDelaysAsync(MessageId id, string by, CancellationToken cancel) => HeldAsync(id, () => _edits.ForgetDelaysAsync(id, by, cancel));

    /// <summary>An attempt works on the message as it was when it began: a change meanwhile could be lost with the message's completion.</summary>
    async ValueTask<EditAnswer> HeldAsync(MessageId id, Func<ValueTask<EditAnswer>> edit)
    {
        var answer = EditAnswer.Not("is locked");
        if (!await _schedule.TryHoldAsync(id, async _ => answer = await edit().ConfigureAwait(false)).ConfigureAwait(false)) return answer;
        if (_everything && _spool.Find(id) is { } entry) Consider(entry);
        return answer;
    }

    public async ValueTask<EditAnswer> ThawAsync(MessageId id, string by, CancellationToken cancel)
    {
        var answer = await _edits.ThawAsync(id, by, cancel).ConfigureAwait(false);
        if (_everything && _spool.Find(id) is { Frozen: false } entry) _schedule.Add(id, entry.NextAttempt == DateTimeOffset.MaxValue ? Now : entry.NextAttempt);
        return answer;
    }

    /// <summary>Takes no new work, lets deliveries in flight finish within the limit, then cancels them (their recipients stay queued).</summary>
    public async ValueTask StopAsync(TimeSpan limit)
    {
        if (_stopped) return;
        _stopped = true;
        _spool.Committed -= OnCommitted;
        await _schedule.CloseAsync(limit).ConfigureAwait(false);
        _schedule.Dispose();
    }

    public ValueTask DisposeAsync() => StopAsync(TimeSpan.Zero);
}
