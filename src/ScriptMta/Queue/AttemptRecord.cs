using ScriptMta.Logging;
using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>An address that failed for good: what the bounce says of it.</summary>
sealed record FailedAddress(RoutedAddress Address, string? Router, string? Transport, string Text, string? SenderText, string Host, string? SmtpReply, string Status, string? Output, string? ErrorsTo)
{
    /// <summary>What the log shows behind H=.</summary>
    public string LogHost { get; init; } = Host;
    /// <summary>Null where no delivery was tried.</summary>
    public AttemptFacts? Facts { get; init; }
}

/// <summary>An address that could not be delivered now, and why. Error is the retry rules' name for it.</summary>
sealed record DelayedAddress(RoutedAddress Address, string? Router, string? Transport, string Error, string Text, string Host, int Errno, string? ErrorsTo)
{
    /// <summary>What the log shows behind H=.</summary>
    public string LogHost { get; init; } = Host;
    /// <summary>Null where no delivery was tried.</summary>
    public AttemptFacts? Facts { get; init; }
    public bool IsHostError { get; init; }
    public string? SmtpReply { get; init; }
    /// <summary>What the sender may read of it: words of a rule or a server; null where it is the postmaster's business.</summary>
    public string? SenderText { get; init; }
}

/// <summary>
/// What one attempt at a message has come to so far. Every outcome goes to the spool first and to the log afterwards, so that the log never claims what a
/// crash could undo by more than the last unflushed group. Thread-safe: transports of one message finish side by side.
/// </summary>
sealed class AttemptRecord(StoredMessage stored, ISpool spool, QueueRules rules, DateTimeOffset now, bool forced, UnrecordedOutcomes? unrecorded = null, bool recalled = false)
{
    /// <summary>The error of a delivery that is announced and has not been tried yet.</summary>
    public const string Pending = "pending";
    /// <summary>The error of what a rule keeps back until the next queue run.</summary>
    public const string Held = "held";
    /// <summary>The error of what waits for a suspended or paused destination.</summary>
    public const string Closed = "closed";

    readonly Lock _gate = new();
    readonly HashSet<string> _done = new(stored.State.DoneKeys, StringComparer.Ordinal);
    readonly Dictionary<string, Deferral> _deferrals = new(stored.State.Deferrals, StringComparer.Ordinal);
    readonly List<FailedAddress> _failures = [];
    readonly List<DeliveryOutcome.Delivered> _successes = [];
    /// <summary>What this attempt knows of deferred addresses and the spool does not keep.</summary>
    readonly Dictionary<string, DelayedAddress> _delayed = new(StringComparer.Ordinal);
    MessageRetries? _retries;
    bool _freeze;

    MessageId Id => stored.Envelope.Id;
    MailLog Log => rules.Environment.Log;
    string Sender => DeliveryContext.SenderOf(stored).ToString();

    public StoredMessage Stored => stored;
    /// <summary>As the system filter left them.</summary>
    public HeaderSection Headers { get; set; } = DeliveryContext.HeadersOf(stored);
    /// <summary>$sn0 to $sn9, set by the system filter.</summary>
    public Dictionary<string, Expansion.Value> FilterNumbers { get; } = new(StringComparer.Ordinal);
    public DateTimeOffset Now => now;
    public MessageRetries Retries => _retries ??= new(rules, Context, Id, Sender, stored.Envelope.ReceivedAt, now, stored.State.FirstDelivery is null, forced);
    public IReadOnlySet<string> DoneKeys => _done;
    public IReadOnlyList<FailedAddress> Failures => _failures;
    public IReadOnlyDictionary<string, Deferral> Deferrals => _deferrals;
    public IReadOnlyList<DeliveryOutcome.Delivered> Successes => _successes;
    public string? ErrorsToOf(string key) => _delayed.GetValueOrDefault(key)?.ErrorsTo;
    public MailAddress? TopOf(string key) => _delayed.GetValueOrDefault(key)?.Address.Top.Address;
    /// <summary>Null also for what this attempt has not looked at.</summary>
    public string? SenderTextOf(string key) => _delayed.GetValueOrDefault(key)?.SenderText;
    public bool FreezeRequested => _freeze;
    /// <summary>Some deliveries have not had their turn: the message is tried again as soon as they can have it.</summary>
    public bool IsParked { get; set; }
    /// <summary>Something was recorded of this attempt.</summary>
    public bool HasChanged { get; private set; }

    /// <summary>Addresses that became several; a copy beside the original makes no list of it.</summary>
    readonly HashSet<string> _lists = new(StringComparer.Ordinal);

    public void NoteLists(RoutingResult routing)
    {
        foreach (var redirected in routing.Outcomes.OfType<AddressOutcome.Redirected>())
            if (redirected.Children.Count(c => c.UnseenRouter is null) > 1) _lists.Add(redirected.Address.Key);
    }

    public bool IsList(RoutedAddress address) => _lists.Contains(address.Key);
    public bool IsOfList(RoutedAddress address) => _lists.Count > 0 && address.Ancestors.Any(IsList);

    /// <summary>Whether the address's own retry time has come.</summary>
    public bool IsDue(string key)
    {
        lock (_gate) return forced || recalled || !_deferrals.TryGetValue(key, out var deferral) || deferral.NextTry <= now;
    }

    /// <summary>Those whose time has come, by the message's own clock and by what other messages came to meanwhile; the others go on waiting.</summary>
    public async ValueTask<List<RoutedAddress>> DueAsync(IReadOnlyList<RoutedAddress> addresses, CancellationToken cancel)
    {
        var due = new List<RoutedAddress>();
        foreach (var address in addresses.Where(a => IsDue(a.Key)))
            if (!_done.Contains(address.Key) && Retries.RoutingWait(address.Address) is { } wait) await RoutingWaitsAsync(address, wait, cancel).ConfigureAwait(false);
            else due.Add(address);
        return due;
    }

    public async ValueTask<List<PlannedDelivery>> DueAsync(IReadOnlyList<PlannedDelivery> plans, CancellationToken cancel)
    {
        var due = new List<PlannedDelivery>();
        foreach (var plan in plans.Where(p => IsDue(p.Address.Key)))
            if (plan.Address is { Parent: not null, Kind: TargetKind.Address } child && Retries.RoutingWait(child.Address) is { } wait) await RoutingWaitsAsync(child, wait, cancel).ConfigureAwait(false);
            else if (Retries.LocalWait(plan, rules.Transports[plan.Transport].Options) is { } local) await LocalWaitsAsync(plan, local, cancel).ConfigureAwait(false);
            else due.Add(plan);
        return due;
    }

    /// <summary>A rule or a closed destination keeps the address back. Nothing has failed: no retry time is set.</summary>
    /// <param name="line">For the log; null = none.</param>
    public async ValueTask KeepBackAsync(RoutedAddress address, string error, string text, DateTimeOffset nextTry, string? line, CancellationToken cancel)
    {
        Deferral? known;
        lock (_gate) known = _deferrals.GetValueOrDefault(address.Key);
        var isNews = known is null || known.Error != error || known.Text != text;
        if (line is not null && (isNews || error == Held)) Log.Main(Id, line);
        if (!isNews && known!.NextTry == nextTry) return;
        var deferral = new Deferral(known?.FirstFailed ?? now, known?.LastTried ?? now, nextTry, error, text);
        lock (_gate) _deferrals[address.Key] = deferral;
        HasChanged = true;
        await spool.RecordAsync(Id, [new SpoolChange.Deferred(address.Key, deferral)], durable: false, cancel).ConfigureAwait(false);
    }

    /// <summary>A context of its own for one delivery or one template.</summary>
    public Expansion.ExpansionContext Context()
    {
        var context = DeliveryContext.Of(stored, rules, spool);
        context.Message.Headers = Headers;
        foreach (var (name, value) in FilterNumbers) context.Variables[name] = value;
        return context;
    }

    public async ValueTask DoneAsync(IReadOnlyList<string> keys, CancellationToken cancel)
    {
        HasChanged = true;
        lock (_gate)
            foreach (var key in keys)
            {
                _done.Add(key);
                _deferrals.Remove(key);
            }
        try { await spool.RecordAsync(Id, [.. keys.Select(k => new SpoolChange.Done(k))], durable: false, cancel).ConfigureAwait(false); }
        catch (SpoolException)
        {
            unrecorded?.Add(Id, keys);
            throw;
        }
    }

    /// <summary>
    /// Puts deliveries that no recipient of the envelope stands for (a system filter made them) into the spool before anything else is recorded as done, so
    /// that a crash in between finds them waiting.
    /// </summary>
    public async ValueTask AnnounceAsync(IEnumerable<string> keys, CancellationToken cancel)
    {
        var deferral = new Deferral(now, now, now, Pending, "");
        List<string> fresh;
        lock (_gate)
        {
            fresh = [.. keys.Where(k => !_done.Contains(k) && !_deferrals.ContainsKey(k)).Distinct()];
            foreach (var key in fresh) _deferrals[key] = deferral;
        }
        if (fresh.Count > 0) await spool.RecordAsync(Id, [.. fresh.Select(k => new SpoolChange.Deferred(k, deferral))], durable: false, cancel).ConfigureAwait(false);
    }

    public async ValueTask DiscardedAsync(RoutedAddress address, string router, CancellationToken cancel)
    {
        await DoneAsync([address.Key], cancel).ConfigureAwait(false);
        Log.Main(Id, QueueLog.Discarded(address, router));
    }

    /// <summary>Goes back without a line in the log of its own.</summary>
    public void GivenUp(FailedAddress failure)
    {
        lock (_gate) _failures.Add(failure);
    }

    public void Failed(FailedAddress failure)
    {
        GivenUp(failure);
        Log.Main(Id, QueueLog.Failed(failure, Sender, Log.Options));
    }

    /// <summary>A routing deferral: the address waits by the retry rule for the error.</summary>
    public async ValueTask RoutingDeferredAsync(AddressOutcome.Deferred outcome, CancellationToken cancel)
    {
        if (outcome.Freeze) _freeze = true;
        var router = rules.Router.Routers.FirstOrDefault(r => r.Options.Name == outcome.Router)?.Options;
        var address = outcome.Address.Address;
        var delayed = new DelayedAddress(outcome.Address, outcome.Router, null, router?.Driver is "redirect" or null ? Outcomes.Local : "lookup", outcome.Text, "", -1, outcome.Address.ErrorsTo) { SenderText = router?.Driver == "redirect" ? outcome.Text : null };
        var whole = router?.RetryUsesLocalPart ?? true;
        var verdict = Retries.AddressFailed(whole ? RetryKeys.RoutingAddress(address) : RetryKeys.RoutingDomain(address), MessageRetries.Matched(address, whole), FailureOf(delayed));
        await DeferAsync(delayed, OnHold(verdict, outcome.Freeze), cancel).ConfigureAwait(false);
    }

    /// <summary>A message that goes on hold does not go back to its sender, however long the address has failed.</summary>
    static RetryVerdict? OnHold(RetryVerdict? verdict, bool freeze) => freeze && verdict is { } given ? given with { TimedOut = false } : verdict;

    /// <summary>The address is not routed: its time has not come.</summary>
    public ValueTask RoutingWaitsAsync(RoutedAddress address, RetryRecord wait, CancellationToken cancel) =>
        WaitAsync(new(address, null, null, wait.Failure.Error, "retry time not reached", "", RetryErrnos.RoutingWait, address.ErrorsTo), wait.NextTry, cancel);

    public ValueTask LocalWaitsAsync(PlannedDelivery plan, RetryRecord wait, CancellationToken cancel) =>
        WaitAsync(new(plan.Address, plan.Router, plan.Transport, wait.Failure.Error, "Retry time not yet reached", "", RetryErrnos.LocalWait, plan.ErrorsTo), wait.NextTry, cancel);

    /// <summary>Takes the outcomes of one transport call: all of them into the spool with one record, then the log.</summary>
    public async ValueTask TakeAsync(IReadOnlyList<DeliveryOutcome> outcomes, TransportOptions transport, JobRetries job, string returnPath, TimeSpan elapsed, CancellationToken cancel)
    {
        var facts = new AttemptFacts(Sender, returnPath, elapsed, rules.Environment.Clock.GetUtcNow() - stored.Envelope.ReceivedAt);
        var delivered = outcomes.OfType<DeliveryOutcome.Delivered>().ToList();
        if (delivered.Count > 0) await DoneAsync([.. delivered.Select(d => d.Recipient.Address.Key)], cancel).ConfigureAwait(false);
        lock (_gate) _successes.AddRange(delivered);
        for (var i = 0; i < delivered.Count; i++)
            if (!transport.DisableLogging) Log.Main(Id, QueueLog.Delivered(delivered[i], additional: i > 0, facts, Log.Options));
        foreach (var outcome in outcomes)
            switch (outcome)
            {
                case DeliveryOutcome.Failed f:
                    Failed(new FailedAddress(f.Recipient.Address, f.Recipient.Router, f.Recipient.Transport, f.Text, f.SenderText, f.Host, f.SmtpReply, f.Status, f.Output, f.Recipient.ErrorsTo) { LogHost = f.LogHost.Length > 0 ? f.LogHost : f.Host, Facts = facts });
                    Settled(f.Recipient, transport);
                    break;
                case DeliveryOutcome.Deferred d: await TransportDeferredAsync(d, transport, job, facts, cancel).ConfigureAwait(false); break;
                default: Settled(outcome.Recipient, transport); break;
            }
    }

    /// <summary>Delivered or given up: no retry time of the address is kept.</summary>
    void Settled(PlannedDelivery recipient, TransportOptions transport)
    {
        Retries.RoutingWorked(recipient.Address.Address);
        if (transport.IsLocal) Retries.LocalSettled(recipient.Address, transport.RetryUsesLocalPart);
    }

    /// <summary>Which retry time a failure sets depends on what failed (Exim 32.3, 32.4, 49.2).</summary>
    async ValueTask TransportDeferredAsync(DeliveryOutcome.Deferred d, TransportOptions transport, JobRetries job, AttemptFacts facts, CancellationToken cancel)
    {
        if (d.Freeze) _freeze = true;
        var address = d.Recipient.Address.Address;
        var delayed = new DelayedAddress(d.Recipient.Address, d.Recipient.Router, d.Recipient.Transport, d.Error, d.Text, d.Host, d.Errno, d.Recipient.ErrorsTo)
        {
            IsHostError = d.IsHostError, SmtpReply = d.SmtpReply, SenderText = d.SmtpReply is not null ? d.Text : d.Error.StartsWith("quota", StringComparison.Ordinal) ? "mailbox is full" : null, LogHost = d.LogHost.Length > 0 ? d.LogHost : d.Host, Facts = facts,
        };
        var refused = !transport.IsLocal && !d.IsHostError && d.Error.StartsWith("rcpt_", StringComparison.Ordinal) ? Retries.RecipientKey(address, transport.AddressRetryIncludeSender) : null;
        Retries.RoutingWorked(address, refused);
        RetryVerdict? verdict = transport.IsLocal ? Retries.AddressFailed(RetryKeys.Local(d.Recipient.Address, transport.RetryUsesLocalPart), MessageRetries.Matched(address, transport.RetryUsesLocalPart), FailureOf(delayed))
            : refused is not null ? Retries.AddressFailed(refused, address, FailureOf(delayed))
            : job.NextTry is { } next ? new(next, d.HostsExpired) : null;
        if (d.NotTried && d.HostsExpired) HostsGivenUp(delayed, transport);
        else if (d.NotTried) await WaitAsync(delayed, verdict?.NextTry ?? now, cancel).ConfigureAwait(false);
        else await DeferAsync(delayed, OnHold(verdict, d.Freeze), cancel).ConfigureAwait(false);
    }

    /// <summary>Exim 32.10: no host may be tried yet, and all have been failing for longer than anybody waits.</summary>
    void HostsGivenUp(DelayedAddress delayed, TransportOptions transport) => Failed(Given(delayed) with
    {
        Text = transport.DelayAfterCutoff ? delayed.Text : $"all hosts for '{delayed.Address.Address.Domain}' have been failing for a long time and were last tried after this message arrived", SenderText = null,
    });

    static FailedAddress Given(DelayedAddress d) => new(d.Address, d.Router, d.Transport, d.Text, d.SenderText is { } told ? $"{told}: {TimedOut}" : TimedOut, d.Host, d.SmtpReply, "5.4.7", null, d.ErrorsTo);

    const string TimedOut = "retry timeout exceeded";

    static RetryFailure FailureOf(DelayedAddress d) => new(d.Error, d.Errno, d.SmtpReply is not null && d.Host.Length > 0 ? $"H={d.Host}: {d.Text}" : d.Text, d.Address.Address.Domain);

    /// <param name="verdict">Null: nothing but the message itself has a clock for this (a delivery that was broken off).</param>
    async ValueTask DeferAsync(DelayedAddress delayed, RetryVerdict? verdict, CancellationToken cancel)
    {
        Deferral? known;
        lock (_gate) known = _deferrals.GetValueOrDefault(delayed.Address.Key) is { Error: not Pending } tried ? tried : null;
        var judged = verdict ?? OwnClock(delayed, known);
        Log.Main(Id, QueueLog.Deferred(delayed, Log.Options));
        if (!judged.TimedOut) await KeepAsync(delayed, known, judged.NextTry, now, cancel).ConfigureAwait(false);
        else
        {
            GivenUp(Given(delayed));
            Log.Main(Id, QueueLog.TimedOut(delayed.Address, TimedOut));
        }
    }

    RetryVerdict OwnClock(DelayedAddress delayed, Deferral? known)
    {
        var rule = Retries.Rule(delayed.Address.Address, delayed.IsHostError ? delayed.Host.Split(' ')[0] : null, delayed.Error);
        var next = RetryRules.Next(rule, known?.FirstFailed ?? now, known is null ? TimeSpan.Zero : known.NextTry - known.LastTried, now, rules.Options.RetryIntervalMax, rules.Environment.Random);
        return new(next.NextTry ?? now, next.Expired);
    }

    async ValueTask WaitAsync(DelayedAddress delayed, DateTimeOffset nextTry, CancellationToken cancel)
    {
        Deferral? known;
        lock (_gate) known = _deferrals.GetValueOrDefault(delayed.Address.Key) is { Error: not Pending } tried ? tried : null;
        if (Log.Options.Has("retry_defer")) Log.Main(Id, QueueLog.Deferred(delayed, Log.Options));
        // People read why it waits from the last real attempt, where there was one.
        if (known is not null) delayed = delayed with { Error = known.Error, Text = known.Text, Host = known.Host };
        await KeepAsync(delayed, known, nextTry, known?.LastTried ?? now, cancel).ConfigureAwait(false);
    }

    async ValueTask KeepAsync(DelayedAddress delayed, Deferral? known, DateTimeOffset nextTry, DateTimeOffset lastTried, CancellationToken cancel)
    {
        var deferral = new Deferral(known?.FirstFailed ?? now, lastTried, nextTry, delayed.Error, delayed.Text, delayed.Host);
        lock (_gate) (_deferrals[delayed.Address.Key], _delayed[delayed.Address.Key]) = (deferral, delayed);
        HasChanged = true;
        await spool.RecordAsync(Id, [new SpoolChange.Deferred(delayed.Address.Key, deferral)], durable: false, cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// A deferral that was due but whose address the rules no longer make (an alias was changed) is void. Only a routing of everything, with every answer
    /// certain, can show that: behind an alias file that cannot be read now its addresses still wait.
    /// </summary>
    public async ValueTask DropStaleAsync(RoutingResult result, IReadOnlyList<PlannedDelivery> generated, CancellationToken cancel)
    {
        if (result.Outcomes.Any(o => o is AddressOutcome.Deferred)) return;
        var made = result.Outcomes.Select(o => o.Address.Key).Concat(generated.Select(g => g.Address.Key)).ToHashSet(StringComparer.Ordinal);
        var stale = _deferrals.Where(d => d.Value.LastTried < now && IsDue(d.Key) && !made.Contains(d.Key)).Select(d => d.Key).ToList();
        if (stale.Count == 0) return;
        lock (_gate)
            foreach (var key in stale) _deferrals.Remove(key);
        await spool.RecordAsync(Id, [.. stale.Select(k => new SpoolChange.Forgotten(k))], durable: false, cancel).ConfigureAwait(false);
    }

    /// <summary>A parent is done when all its children are. Called once the bounces for failed children are durable.</summary>
    public async ValueTask CloseParentsAsync(RoutingResult result, CancellationToken cancel)
    {
        // Outcomes stand parents before children, so from the end each child is closed before its parent is looked at.
        foreach (var outcome in result.Outcomes.Reverse())
            if (outcome is AddressOutcome.Redirected redirected && !_done.Contains(outcome.Address.Key) && redirected.Children.All(c => _done.Contains(c.Key)))
                await DoneAsync([outcome.Address.Key], cancel).ConfigureAwait(false);
    }

    /// <summary>Nothing is left: every recipient is done, and no copy of one waits.</summary>
    public bool IsComplete => _deferrals.Count == 0 && Remaining().Count == 0;

    /// <summary>The envelope recipients that are not done.</summary>
    public IReadOnlyList<Recipient> Remaining()
    {
        lock (_gate) return [.. DeliveryContext.RecipientsOf(stored).Where(r => !_done.Contains(KeyOf(r)))];
    }

    /// <summary>The recipients to route: those that are not done, and all of them where something waits that only routing finds again (a copy, an alias's target).</summary>
    public IEnumerable<RoutedAddress> ToRoute()
    {
        var all = DeliveryContext.RecipientsOf(stored).ToList();
        var tops = all.Select(KeyOf).ToHashSet(StringComparer.Ordinal);
        var hidden = _deferrals.Keys.Any(k => !tops.Contains(k));
        return all.Where(r => hidden || !_done.Contains(KeyOf(r))).Select(r => new RoutedAddress { Address = r.Address, ErrorsTo = r.ErrorsTo });
    }

    static string KeyOf(Recipient recipient) => new RoutedAddress { Address = recipient.Address }.Key;
}
