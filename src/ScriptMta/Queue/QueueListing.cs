using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>A recipient in a listing: Done recipients have the "D" mark of Exim's -bp. Delay is what it waits for; null when it is done or was not tried.</summary>
sealed record ListedRecipient(string Address, bool Done, Deferral? Delay)
{
    /// <summary>The last deferral's text, or empty.</summary>
    public string Error => Delay?.Text ?? "";
}

/// <summary>A queued message as listings show it. Sender "" = null sender. BeingDelivered: an attempt is under way.</summary>
sealed record QueueListing(MessageId Id, long Size, DateTimeOffset ReceivedAt, string Sender, bool Frozen, bool BeingDelivered, DateTimeOffset NextAttempt,
    IReadOnlyList<ListedRecipient> Recipients)
{
    /// <summary>Addresses made of the recipients by aliasing and forwarding that are done ("+D" of Exim's -bpa), in order of their bytes.</summary>
    public IReadOnlyList<string> GeneratedDone { get; init; } = [];

    /// <summary>Everything that waits, recipients or what was made of them.</summary>
    public IReadOnlyCollection<Deferral> Delays { get; init; } = [];

    /// <summary>Why the message cannot be shown: the spool cannot read it; null otherwise.</summary>
    public string? Problem { get; init; }

    public IEnumerable<ListedRecipient> Waiting => Recipients.Where(static r => !r.Done);

    public static QueueListing Of(QueueEntry entry, StoredSummary stored, bool beingDelivered)
    {
        var state = stored.State;
        var keys = stored.AllRecipients.Select(static r => (Recipient: r, Key: new RoutedAddress { Address = r.Address }.Key)).ToArray();
        var fallback = DelayOfNone(state, keys);
        return new(entry.Id, entry.Size, entry.ReceivedAt, stored.CurrentSender.ToString(), entry.Frozen, beingDelivered, entry.NextAttempt,
            Array.ConvertAll(keys, one => Listed(one.Recipient, one.Key, state, fallback)))
        {
            GeneratedDone = Generated(state, keys),
            Delays = state.Deferrals.IsEmpty ? [] : [.. state.Deferrals.Values],
        };
    }

    public static QueueListing Unreadable(QueueEntry entry, string problem) =>
        new(entry.Id, entry.Size, entry.ReceivedAt, "", entry.Frozen, false, entry.NextAttempt, []) { Problem = problem };

    static ListedRecipient Listed(Recipient recipient, string key, DeliveryState state, Deferral? fallback) =>
        state.DoneKeys.Contains(key) ? new(recipient.Address.ToString(), true, null) : new(recipient.Address.ToString(), false, state.Deferrals.GetValueOrDefault(key) ?? fallback);

    /// <summary>A delay of something that a recipient became: which one is known only to the rules.</summary>
    static Deferral? DelayOfNone(DeliveryState state, (Recipient, string Key)[] keys)
    {
        if (state.Deferrals.Count == 0) return null;
        var own = 0;
        foreach (var (_, key) in keys) if (state.Deferrals.ContainsKey(key)) own++;
        if (own >= state.Deferrals.Count) return null;
        var recipients = keys.Select(static k => k.Key).ToHashSet(StringComparer.Ordinal);
        return state.Deferrals.Where(d => !recipients.Contains(d.Key)).MaxBy(static d => d.Value.LastTried).Value;
    }

    static string[] Generated(DeliveryState state, (Recipient, string Key)[] keys)
    {
        var own = 0;
        foreach (var (_, key) in keys) if (state.DoneKeys.Contains(key)) own++;
        return own >= state.DoneKeys.Count ? [] : [.. state.DoneKeys.Except(keys.Select(static k => k.Key)).Order(StringComparer.Ordinal)];
    }
}
