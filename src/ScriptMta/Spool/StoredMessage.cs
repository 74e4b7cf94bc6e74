using System.Collections.Immutable;
using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>A queued message without its body.</summary>
sealed record StoredMessage(Envelope Envelope, HeaderSection Headers, long BodyLength, DeliveryState State);

/// <summary>
/// All that delivery has recorded about a message. DoneKeys are unique delivery keys (Exim's non-recipients tree): addresses,
/// original or generated, that need no further attempt. Deferrals are by the same keys.
/// </summary>
sealed record DeliveryState
{
    public static readonly DeliveryState Fresh = new();

    public ImmutableHashSet<string> DoneKeys { get; init; } = [];
    public ImmutableDictionary<string, Deferral> Deferrals { get; init; } = ImmutableDictionary<string, Deferral>.Empty;
    public ImmutableArray<Recipient> AddedRecipients { get; init; } = [];
    public DateTimeOffset NextAttempt { get; init; }
    public DateTimeOffset? FirstDelivery { get; init; }
    public DateTimeOffset? FrozenSince { get; init; }
    public MailAddress? EditedSender { get; init; }
    /// <summary>The header section as the system filter left it; null = as received.</summary>
    public HeaderSection? EditedHeaders { get; init; }
    public int WarningsSent { get; init; }
    public bool ManuallyThawed { get; init; }
    /// <summary>A recipient failed for good: when it ends, the message counts as bounced.</summary>
    public bool SomeFailed { get; init; }
    /// <summary>Removed by an administrator, who may take that back until then; null = not removed.</summary>
    public DateTimeOffset? SetAsideUntil { get; init; }

    /// <summary>The one place that says what a change does.</summary>
    public DeliveryState Apply(SpoolChange change) => change switch
    {
        SpoolChange.Done done => this with { DoneKeys = DoneKeys.Add(done.Key), Deferrals = Deferrals.Remove(done.Key) },
        SpoolChange.Deferred deferred => this with { Deferrals = Deferrals.SetItem(deferred.Key, deferred.Deferral) },
        SpoolChange.Forgotten forgotten => this with { Deferrals = Deferrals.Remove(forgotten.Key) },
        SpoolChange.Attempted attempted => this with { NextAttempt = attempted.NextAttempt, FirstDelivery = FirstDelivery ?? attempted.At },
        SpoolChange.Frozen frozen => this with { FrozenSince = frozen.At },
        SpoolChange.Thawed => this with { FrozenSince = null, ManuallyThawed = true },
        SpoolChange.RecipientAdded added => this with { AddedRecipients = AddedRecipients.Add(added.Recipient) },
        SpoolChange.SenderEdited edited => this with { EditedSender = edited.Sender },
        SpoolChange.HeadersEdited edited => this with { EditedHeaders = edited.Headers },
        SpoolChange.Warned warned => this with { WarningsSent = warned.Count },
        SpoolChange.RecipientFailed => this with { SomeFailed = true },
        SpoolChange.Undone undone => this with { DoneKeys = DoneKeys.Remove(undone.Key) },
        SpoolChange.SetAside aside => this with { SetAsideUntil = aside.Until },
        SpoolChange.Restored => this with { SetAsideUntil = null, NextAttempt = DateTimeOffset.MinValue },
        SpoolChange.Completed => this,
        _ => throw new InvalidOperationException($"unknown spool change {change.GetType().Name}"),
    };
}

/// <summary>Why an address waits. FirstFailed starts its retry clock. Error is the retry-rule error name (timeout_connect, refused, rcpt_4xx, quota …), Text is for people.</summary>
sealed record Deferral(DateTimeOffset FirstFailed, DateTimeOffset LastTried, DateTimeOffset NextTry, string Error, string Text, string Host = "");

/// <summary>How a message left the spool: all recipients delivered (or discarded by rules), at least one failed, or an administrator (or a time-out of frozen messages) removed it. The numbers are on disk.</summary>
enum Ending : byte { Delivered, Bounced, Removed }

/// <summary>Something that happened to a queued message after it was accepted.</summary>
abstract record SpoolChange
{
    SpoolChange() { }

    /// <summary>The address needs no further attempt (delivered, failed and bounced, or discarded).</summary>
    public sealed record Done(string Key) : SpoolChange;
    public sealed record Deferred(string Key, Deferral Deferral) : SpoolChange;
    /// <summary>The deferral is void: the rules no longer make the address. It is not done, so rules that make it again deliver to it.</summary>
    public sealed record Forgotten(string Key) : SpoolChange;
    /// <summary>A delivery attempt ended; the message is due again at NextAttempt.</summary>
    public sealed record Attempted(DateTimeOffset At, DateTimeOffset NextAttempt) : SpoolChange;
    public sealed record Frozen(DateTimeOffset At) : SpoolChange;
    public sealed record Thawed : SpoolChange;
    public sealed record RecipientAdded(Recipient Recipient) : SpoolChange;
    public sealed record SenderEdited(MailAddress Sender) : SpoolChange;
    /// <summary>The system filter added or removed header fields; the whole section as it now is.</summary>
    public sealed record HeadersEdited(HeaderSection Headers) : SpoolChange;
    /// <summary>A delay warning went out; Count so far.</summary>
    public sealed record Warned(int Count) : SpoolChange;
    /// <summary>A recipient failed for good, and whoever is to be told has been.</summary>
    public sealed record RecipientFailed : SpoolChange;
    /// <summary>The address is to be delivered to after all: an administrator took an edit back.</summary>
    public sealed record Undone(string Key) : SpoolChange;
    /// <summary>Out of the queue, but kept until then: an administrator may take the removal back.</summary>
    public sealed record SetAside(DateTimeOffset Until) : SpoolChange;
    /// <summary>In the queue again, due now.</summary>
    public sealed record Restored : SpoolChange;
    /// <summary>Nothing left to do: the message leaves the spool.</summary>
    public sealed record Completed(Ending How = Ending.Delivered) : SpoolChange;
}
