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
        var due = TimesPassed(record.Now - stored.Envelope.ReceivedAt, out var passed);
        if (due <= stored.State.WarningsSent || sender.IsNull || record.Deferrals.Count == 0 || !IsWanted(record)) return;
        var told = record.Deferrals.Where(d => WantedReports.OfDelay(stored, record.TopOf(d.Key) ?? AddressOf(d.Key))).ToList();
        if (told.Count == 0) return;
        var waited = passed < TimeSpan.FromHours(2) ? $"{(int)passed.TotalMinutes} minutes" : $"{(int)passed.TotalHours} hours";
        foreach (var group in told.GroupBy(d => record.ErrorsToOf(d.Key) ?? sender.ToString()))
            if (group.Key.Length > 0)
                await new BounceBuilder(spool, rules, ids).WarnAsync(record, MailAddress.Split(group.Key), [.. group.Select(d => Row(record, d.Key, d.Value))], waited, cancel).ConfigureAwait(false);
        await spool.RecordAsync(stored.Envelope.Id, [new SpoolChange.Warned(due)], durable: false, cancel).ConfigureAwait(false);
    }

    /// <summary>What a host said may be told; what went wrong here is the postmaster's business.</summary>
    static ReportedRecipient Row(AttemptRecord record, string key, Deferral deferral)
    {
        var (address, top) = (AddressOf(key), record.TopOf(key));
        return new(address, record.SenderTextOf(key) ?? (deferral.Host.Length > 0 ? deferral.Text : ""), "4.0.0")
        {
            RemoteHost = ReportRows.HostName(deferral.Host), LastAttempt = deferral.LastTried, WillRetryUntil = record.Retries.GivesUpAt(address, deferral),
            Final = top, Parent = top is { } made && !made.SameAs(address) ? made : null, OriginalRecipient = WantedReports.OriginalRecipient(record.Stored, top ?? address),
        };
    }

    /// <summary>When the next warning would be due; null when none is coming.</summary>
    public DateTimeOffset? Next(AttemptRecord record)
    {
        var times = rules.Options.DelayWarnings;
        var waited = record.Now - record.Stored.Envelope.ReceivedAt;
        return times.Count > 0 && !DeliveryContext.SenderOf(record.Stored).IsNull && times.FirstOrDefault(t => t > waited) is var next && next > TimeSpan.Zero ? record.Stored.Envelope.ReceivedAt + next : null;
    }

    /// <param name="passed">The last of the times that has passed.</param>
    int TimesPassed(TimeSpan waited, out TimeSpan passed)
    {
        passed = TimeSpan.Zero;
        var times = rules.Options.DelayWarnings;
        if (times.Count == 0 || waited < times[0]) return 0;
        var count = times.Count(t => t <= waited);
        passed = times[count - 1];
        if (count < times.Count) return count;
        var interval = times.Count > 1 ? times[^1] - times[^2] : times[0];
        var more = interval > TimeSpan.Zero ? (int)((waited - times[^1]) / interval) : 0;
        passed += interval * more;
        return count + more;
    }

    /// <summary>A condition that fails warns nobody (Exim 14).</summary>
    bool IsWanted(AttemptRecord record) => rules.Options.DelayWarningCondition is { } condition
        ? condition.Expand(record.Context()) is { IsOk: true } yes && yes.Text.TrimSpace().LowerAscii() is not ("" or "0" or "no" or "false")
        : IsWantedByDefault(record.Headers);

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
