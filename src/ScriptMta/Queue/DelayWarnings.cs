using ScriptMta.Common;
using ScriptMta.Mail;
using ScriptMta.Spool;

namespace ScriptMta.Queue;

/// <summary>Tells a sender that a message waits (Exim 14.23 delay_warning): at each of the times given, and then after each last interval again.</summary>
sealed class DelayWarnings(ISpool spool, QueueRules rules, MessageIdSource ids)
{
    public async ValueTask SendAsync(AttemptRecord record, CancellationToken cancel)
    {
        var stored = record.Stored;
        var sender = DeliveryContext.SenderOf(stored);
        var due = TimesPassed(record.Now - stored.Envelope.ReceivedAt);
        if (due <= stored.State.WarningsSent || sender.IsNull || !IsWanted(stored) || record.Deferrals.Count == 0) return;
        var told = record.Deferrals.Where(d => WantedReports.OfDelay(stored, AddressOf(d.Key))).ToList();
        if (told.Count == 0) return;
        var delayed = told.Select(d => new ReportedRecipient(AddressOf(d.Key), d.Value.Text, "4.0.0") { RemoteHost = d.Value.Host, LastAttempt = d.Value.LastTried });
        await new BounceBuilder(spool, rules, ids).WarnAsync(record, sender, [.. delayed], cancel).ConfigureAwait(false);
        await spool.RecordAsync(stored.Envelope.Id, [new SpoolChange.Warned(due)], durable: false, cancel).ConfigureAwait(false);
    }

    int TimesPassed(TimeSpan waited)
    {
        var times = rules.Options.DelayWarnings;
        if (times.Count == 0 || waited < times[0]) return 0;
        var passed = times.Count(t => t <= waited);
        if (passed < times.Count) return passed;
        var interval = times.Count > 1 ? times[^1] - times[^2] : times[0];
        return passed + (interval > TimeSpan.Zero ? (int)((waited - times[^1]) / interval) : 0);
    }

    /// <summary>A condition that fails warns nobody (Exim 14).</summary>
    bool IsWanted(StoredMessage stored) => rules.Options.DelayWarningCondition is { } condition
        ? condition.Expand(DeliveryContext.Of(stored, rules, spool)) is { IsOk: true } yes && yes.Text.TrimSpace().LowerAscii() is not ("" or "0" or "no" or "false")
        : IsWantedByDefault(DeliveryContext.HeadersOf(stored));

    /// <summary>Exim's default delay_warning_condition: nobody wants warnings for lists and for what machines send.</summary>
    static bool IsWantedByDefault(HeaderSection headers) =>
        !headers.Has("List-ID") && !headers.Has("List-Post") && !headers.Has("List-Subscribe")
        && headers.First("Precedence")?.Unfolded.LowerAscii() is not ("bulk" or "list" or "junk")
        && headers.First("Auto-Submitted")?.Unfolded.StartsWith("auto-", StringComparison.OrdinalIgnoreCase) != true;

    /// <summary>The address in a delivery key; a key of a file or command names nothing that a sender should see.</summary>
    public static MailAddress AddressOf(string key)
    {
        var text = key.TrimStart('|', '>');
        var colon = text.LastIndexOf(':');
        return MailAddress.Split(colon < 0 ? text : text[(colon + 1)..]);
    }
}
