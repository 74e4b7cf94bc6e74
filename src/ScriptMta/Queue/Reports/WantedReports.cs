using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Smtp;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>What the sender asked to be told with NOTIFY (RFC 3461 4.1): without it, failures and delays.</summary>
static class WantedReports
{
    public static bool OfFailure(StoredMessage stored, MailAddress recipient) => Wants(stored, recipient, "FAILURE", otherwise: true);

    public static bool OfDelay(StoredMessage stored, MailAddress recipient) => Wants(stored, recipient, "DELAY", otherwise: true);

    public static bool OfSuccess(StoredMessage stored, MailAddress recipient) => Wants(stored, recipient, "SUCCESS", otherwise: false);

    /// <summary>ORCPT as it came; empty where it did not.</summary>
    public static string OriginalRecipient(StoredMessage stored, MailAddress recipient) => Find(stored, recipient)?.OriginalRecipient ?? "";

    /// <summary>What each recipient asked for, for a server that reports itself; null where nobody asked for anything. Who is reported to be expanded is not reported to be delivered as well (RFC 3461 5.2.7.3).</summary>
    public static Func<RoutedAddress, ReportRequest>? Requests(AttemptRecord record)
    {
        var stored = record.Stored;
        var asked = stored.Envelope.Recipients.Any(r => r.Notify is not null || r.OriginalRecipient is not null);
        if (!asked && !stored.Envelope.Facts.ContainsKey("dsn_ret") && !stored.Envelope.Facts.ContainsKey("dsn_envid")) return null;
        var requests = new Dictionary<string, ReportRequest>(StringComparer.Ordinal);
        foreach (var recipient in stored.Envelope.Recipients) requests[recipient.Address.ToString()] = new(recipient.Notify, recipient.OriginalRecipient);
        return address => requests.GetValueOrDefault(address.Top.Address.ToString()) is var request && record.IsOfList(address) ? request with { Notify = WithoutSuccess(request.Notify) } : request;
    }

    static string? WithoutSuccess(string? notify) =>
        notify is null ? null : string.Join(',', notify.Split(',').Where(w => w != "SUCCESS")) is { Length: > 0 } rest ? rest : "NEVER";

    static bool Wants(StoredMessage stored, MailAddress recipient, string what, bool otherwise) =>
        Find(stored, recipient)?.Notify is { } notify ? notify.Split(',').Contains(what, StringComparer.Ordinal) : otherwise;

    static Recipient? Find(StoredMessage stored, MailAddress address) => stored.Envelope.Recipients.FirstOrDefault(r => r.Address.SameAs(address));
}
