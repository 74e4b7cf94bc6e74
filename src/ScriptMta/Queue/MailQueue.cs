// NOTE FROM THE LEAD: I am writing the whole Queue chapter now; see NOTE-FROM-LEAD.md in this folder. Do not implement Queue.
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>How a queue run picks messages (-q, -qf, -qff, -R, -S). Force: also those whose time has not come; Frozen: also frozen ones. Selections are substrings, without case.</summary>
sealed record QueueRunOptions(bool Force = false, bool Frozen = false, string? Recipient = null, string? Sender = null);

/// <summary>A recipient in a listing: Done recipients have the "D" mark of Exim's -bp. Error is the last deferral's text, or empty.</summary>
sealed record ListedRecipient(string Address, bool Done, string Error);

/// <summary>A queued message as listings show it. Sender "" = null sender. BeingDelivered: an attempt is under way.</summary>
sealed record QueueListing(MessageId Id, long Size, DateTimeOffset ReceivedAt, string Sender, bool Frozen, bool BeingDelivered, DateTimeOffset NextAttempt,
    IReadOnlyList<ListedRecipient> Recipients);

/// <summary>
/// Takes messages from the spool to their recipients (architecture §2 "The queue"): first attempt at once, then by the retry rules. Administrators' operations
/// return the line that Exim prints after the message id ("is now frozen", "has been removed", …) and are durable when they return.
/// </summary>
sealed class MailQueue : IAsyncDisposable
{
    public MailQueue(ISpool spool, Func<QueueRules> rules, MessageIdSource ids) => throw new NotImplementedException();

    /// <summary>Everything: looks at the whole spool and delivers what is due, now and later (a daemon). Otherwise only what is committed after this call or named by RunAsync and DeliverAsync (one command without a daemon).</summary>
    public void Start(bool everything) => throw new NotImplementedException();

    /// <summary>Completes when no delivery is under way and nothing committed so far waits for its first attempt.</summary>
    public ValueTask WhenIdleAsync(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>One queue run over what is there now; completes when each message has had its turn. Logs Exim's "Start queue run" and "End queue run".</summary>
    public ValueTask RunAsync(QueueRunOptions options, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>An attempt now, due or not, frozen or not; completes when it is over. False: no such message.</summary>
    public ValueTask<bool> DeliverAsync(MessageId id, CancellationToken cancel) => throw new NotImplementedException();

    public ValueTask<IReadOnlyList<QueueListing>> ListAsync(CancellationToken cancel) => throw new NotImplementedException();

    public ValueTask<string> FreezeAsync(MessageId id, string by, CancellationToken cancel) => throw new NotImplementedException();
    public ValueTask<string> ThawAsync(MessageId id, string by, CancellationToken cancel) => throw new NotImplementedException();
    public ValueTask<string> RemoveAsync(MessageId id, string by, CancellationToken cancel) => throw new NotImplementedException();
    /// <summary>-Mg: fails every remaining recipient, so that the sender gets a bounce.</summary>
    public ValueTask<string> GiveUpAsync(MessageId id, string by, CancellationToken cancel) => throw new NotImplementedException();
    public ValueTask<string> AddRecipientsAsync(MessageId id, IReadOnlyList<MailAddress> recipients, string by, CancellationToken cancel) => throw new NotImplementedException();
    public ValueTask<string> EditSenderAsync(MessageId id, MailAddress sender, string by, CancellationToken cancel) => throw new NotImplementedException();
    /// <summary>Null address: all (-Mmad).</summary>
    public ValueTask<string> MarkDeliveredAsync(MessageId id, MailAddress? recipient, string by, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Takes no new work, lets deliveries in flight finish within the limit, then cancels them (their recipients stay queued).</summary>
    public ValueTask StopAsync(TimeSpan limit) => throw new NotImplementedException();

    public ValueTask DisposeAsync() => StopAsync(TimeSpan.Zero);
}
