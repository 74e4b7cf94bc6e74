using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>What the sender asked to be told with NOTIFY (RFC 3461 4.1): without it, failures and delays. Reports of success are known but not built yet.</summary>
static class WantedReports
{
    public static bool OfFailure(StoredMessage stored, MailAddress recipient) => Wants(stored, recipient, "FAILURE");

    public static bool OfDelay(StoredMessage stored, MailAddress recipient) => Wants(stored, recipient, "DELAY");

    /// <summary>ORCPT as it came; empty where it did not.</summary>
    public static string OriginalRecipient(StoredMessage stored, MailAddress recipient) => Find(stored, recipient)?.OriginalRecipient ?? "";

    static bool Wants(StoredMessage stored, MailAddress recipient, string what) =>
        Find(stored, recipient)?.Notify is not { } notify || notify.Split(',').Contains(what, StringComparer.Ordinal);

    static Recipient? Find(StoredMessage stored, MailAddress address) => stored.Envelope.Recipients.FirstOrDefault(r => r.Address.SameAs(address));
}
