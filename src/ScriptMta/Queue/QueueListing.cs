using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>A recipient in a listing: Done recipients have the "D" mark of Exim's -bp. Error is the last deferral's text, or empty.</summary>
sealed record ListedRecipient(string Address, bool Done, string Error);

/// <summary>A queued message as listings show it. Sender "" = null sender. BeingDelivered: an attempt is under way.</summary>
sealed record QueueListing(MessageId Id, long Size, DateTimeOffset ReceivedAt, string Sender, bool Frozen, bool BeingDelivered, DateTimeOffset NextAttempt,
    IReadOnlyList<ListedRecipient> Recipients)
{
    public static QueueListing Of(QueueEntry entry, StoredMessage stored, bool beingDelivered) => new(
        entry.Id, entry.Size, entry.ReceivedAt, DeliveryContext.SenderOf(stored).ToString(), entry.Frozen, beingDelivered, entry.NextAttempt,
        [.. DeliveryContext.RecipientsOf(stored).Select(r => Listed(r, stored.State))]);

    static ListedRecipient Listed(Recipient recipient, DeliveryState state)
    {
        var key = new RoutedAddress { Address = recipient.Address }.Key;
        var error = state.Deferrals.TryGetValue(key, out var own) ? own.Text
            : state.Deferrals.Where(d => d.Key.EndsWith(":" + key, StringComparison.Ordinal)).Select(d => d.Value.Text).FirstOrDefault() ?? "";
        return new ListedRecipient(recipient.Address.ToString(), state.DoneKeys.Contains(key), error);
    }
}
