using ScriptMta.Mail;
using ScriptMta.Routing;
using ScriptMta.Spool;
using ScriptMta.Transports;

namespace ScriptMta.Queue;

/// <summary>
/// Reports of success that a sender asked for with NOTIFY=SUCCESS (RFC 3461 5.2, 6.2): delivered here; relayed to a server that does not report; expanded, once, where one address
/// became several. Who is delivered to later by a server that was asked to report hears from that server.
/// </summary>
sealed class SuccessReports(ISpool spool, QueueRules rules, MessageIdSource ids)
{
    const string Status = "2.0.0";

    public async ValueTask SendAsync(AttemptRecord record, RoutingResult? routing, CancellationToken cancel)
    {
        var stored = record.Stored;
        var sender = DeliveryContext.SenderOf(stored);
        if (sender.IsNull || !stored.Envelope.Recipients.Any(r => r.Notify?.Contains("SUCCESS", StringComparison.Ordinal) == true)) return;
        var expanded = routing?.Outcomes.OfType<AddressOutcome.Redirected>().Where(r => record.IsList(r.Address)).ToList() ?? [];
        List<ReportedRecipient> rows = [.. expanded.Where(e => IsNew(e, stored)).Select(e => e.Address.Top).DistinctBy(t => t.Key).Where(t => IsWanted(stored, t)).Select(t => Row(stored, t, "expanded", "expanded to several addresses"))];
        foreach (var success in record.Successes)
            if (success.Dsn != DsnDuty.PassedOn && IsWanted(stored, success.Recipient.Address.Top) && !record.IsOfList(success.Recipient.Address)) rows.Add(Row(stored, success));
        if (rows.Count > 0) await new BounceBuilder(spool, rules, ids).ConfirmAsync(record, sender, rows, cancel).ConfigureAwait(false);
    }

    static bool IsWanted(StoredMessage stored, RoutedAddress top) => WantedReports.OfSuccess(stored, top.Address);

    static bool IsNew(AddressOutcome.Redirected list, StoredMessage stored) => !list.Children.Any(c => stored.State.DoneKeys.Contains(c.Key) || stored.State.Deferrals.ContainsKey(c.Key));

    static ReportedRecipient Row(StoredMessage stored, RoutedAddress top, string action, string reason) => new(top.Address, reason, Status)
    {
        Action = action, OriginalRecipient = WantedReports.OriginalRecipient(stored, top.Address),
    };

    static ReportedRecipient Row(StoredMessage stored, DeliveryOutcome.Delivered success)
    {
        var top = success.Recipient.Address.Top;
        if (success.Dsn == DsnDuty.Delivered) return Row(stored, top, "delivered", "delivered");
        return Row(stored, top, "relayed", "relayed to non-DSN-aware mailer") with { RemoteHost = ReportRows.HostName(success.Host), Diagnostic = success.SmtpReply ?? "" };
    }
}
