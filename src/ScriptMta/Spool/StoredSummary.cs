using System.Collections.Immutable;
using ScriptMta.Mail;

namespace ScriptMta.Spool;

/// <summary>What a listing shows of a queued message: no header section, no facts.</summary>
sealed record StoredSummary(MailAddress Sender, ImmutableArray<Recipient> Recipients, DeliveryState State)
{
    /// <summary>As edited.</summary>
    public MailAddress CurrentSender => State.EditedSender ?? Sender;

    public IEnumerable<Recipient> AllRecipients => State.AddedRecipients.IsEmpty ? Recipients : Recipients.Concat(State.AddedRecipients);
}
