using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>How a queue run picks messages (-q, -qf, -qff, -R, -S). Force: also those whose time has not come; Frozen: also frozen ones. Recipient and Sender are what addresses must hold, without case.</summary>
sealed record QueueRunOptions(bool Force = false, bool Frozen = false, string? Recipient = null, string? Sender = null)
{
    /// <summary>-Rr and -Sr: regular expressions instead of the texts.</summary>
    public Expansion.Pattern? RecipientPattern { get; init; }
    public Expansion.Pattern? SenderPattern { get; init; }

    /// <summary>-q with one or two ids: what lies before the first and after the second is left alone.</summary>
    public MessageId? First { get; init; }
    public MessageId? Last { get; init; }

    /// <summary>-qi: only what was never tried.</summary>
    public bool FirstDeliveriesOnly { get; init; }

    /// <summary>Exim forces only the first of the messages that -R or -S selects, and the others by what becomes of it; here all of them are tried.</summary>
    public bool Forces => Force || Frozen || Recipient is not null || Sender is not null;

    /// <summary>Whether the message must be read to know.</summary>
    public bool Selects => Recipient is not null || Sender is not null || FirstDeliveriesOnly;

    public bool IsInRange(MessageId id) => (First is not { } first || id.CompareTo(first) >= 0) && (Last is not { } last || id.CompareTo(last) <= 0);

    public bool Picks(StoredSummary stored) =>
        (!FirstDeliveriesOnly || stored.State.FirstDelivery is null)
        && (Sender is not { } sender || Holds(stored.CurrentSender, sender, SenderPattern))
        && (Recipient is not { } recipient || stored.AllRecipients.Any(r => !stored.State.DoneKeys.Contains(new RoutedAddress { Address = r.Address }.Key) && Holds(r.Address, recipient, RecipientPattern)));

    static bool Holds(MailAddress address, string text, Expansion.Pattern? pattern) =>
        pattern is null ? address.ToString().Contains(text, StringComparison.OrdinalIgnoreCase) : pattern.Match(address.ToString()).IsYes;
}
