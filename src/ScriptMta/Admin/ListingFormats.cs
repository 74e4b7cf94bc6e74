using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScriptMta.Common;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>How the queue is listed: as exim -bp, as sendmail's mailq, as JSON.</summary>
static class ListingFormats
{
    public delegate string Format(IReadOnlyList<QueueListing> messages, DateTimeOffset now, string flags);

    public static Format ByName(string name) => name switch { "sendmail" => Sendmail, "json" => Json, _ => Exim };

    /// <summary>
    /// Exim chapter 5 -bp: age, size, id, sender, then the recipients, "D" before delivered ones. Flags: "u" undelivered recipients only,
    /// "i" ids only, "r" and "a" change nothing here (the order is always by time; generated addresses are not kept apart).
    /// </summary>
    static string Exim(IReadOnlyList<QueueListing> messages, DateTimeOffset now, string flags)
    {
        var text = new StringBuilder();
        foreach (var message in messages)
        {
            if (flags.Contains('i')) text.Append(message.Id).Append('\n');
            else EximMessage(text, message, now, undeliveredOnly: flags.Contains('u'));
        }
        return text.ToString();
    }

    static void EximMessage(StringBuilder text, QueueListing message, DateTimeOffset now, bool undeliveredOnly)
    {
        text.Append(Age(now - message.ReceivedAt)).Append(' ').Append(Size(message.Size)).Append(' ').Append(message.Id).Append(" <").Append(message.Sender).Append('>')
            .Append(message.Frozen ? " *** frozen ***" : "").Append('\n');
        foreach (var recipient in message.Recipients)
            if (!recipient.Done || !undeliveredOnly) text.Append(recipient.Done ? "        D " : "          ").Append(recipient.Address).Append('\n');
        text.Append('\n');
    }

    /// <summary>Minutes up to an hour and a half, then hours up to three days, then days; rounded.</summary>
    static string Age(TimeSpan age)
    {
        var minutes = (long)Math.Max(0, age.TotalMinutes);
        if (minutes <= 90) return $"{minutes,2}m";
        var hours = (minutes + 30) / 60;
        return hours <= 72 ? $"{hours,2}h" : $"{(hours + 12) / 24,2}d";
    }

    /// <summary>Five columns: bytes, then K and M with one decimal below ten.</summary>
    static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes,5}",
        < 10 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0,4:F1}K"),
        < 1024 * 1024 => $"{(bytes + 512) / 1024,4}K",
        < 10 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0,4:F1}M"),
        _ => $"{(bytes + 512 * 1024) / 1048576,4}M",
    };

    /// <summary>The listing that mailq has always printed (traditions.md): "*" being delivered, "!" on hold.</summary>
    static string Sendmail(IReadOnlyList<QueueListing> messages, DateTimeOffset now, string flags)
    {
        if (messages.Count == 0) return "Mail queue is empty\n";
        var text = new StringBuilder("-Queue ID- --Size-- ----Arrival Time---- -Sender/Recipient-------\n");
        foreach (var message in messages)
        {
            var mark = message.BeingDelivered ? '*' : message.Frozen ? '!' : ' ';
            var arrival = message.ReceivedAt.ToLocalTime().ToString("ddd MMM dd HH:mm:ss", CultureInfo.InvariantCulture);
            text.Append($"{message.Id}{mark} {message.Size,7} {arrival}  {(message.Sender.Length == 0 ? "MAILER-DAEMON" : message.Sender)}\n");
            foreach (var group in message.Recipients.Where(r => !r.Done).GroupBy(r => r.Error))
            {
                if (group.Key.Length != 0) text.Append($"({group.Key})\n");
                foreach (var recipient in group) text.Append($"{"",41}{recipient.Address}\n");
            }
            text.Append('\n');
        }
        var total = messages.Sum(m => m.Size);
        return text.Append($"-- {(total + 512) / 1024} Kbytes in {messages.Count} Request{(messages.Count == 1 ? "" : "s")}.\n").ToString();
    }

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static string Json(IReadOnlyList<QueueListing> messages, DateTimeOffset now, string flags) =>
        Latin1.FromUnicode(new JsonArray([.. messages.Select(m => new JsonObject
        {
            ["id"] = m.Id.Text,
            ["size"] = m.Size,
            ["received"] = m.ReceivedAt.ToString("O"),
            ["sender"] = Latin1.ToUnicode(m.Sender),
            ["frozen"] = m.Frozen,
            ["being_delivered"] = m.BeingDelivered,
            ["next_attempt"] = m.NextAttempt == DateTimeOffset.MinValue || m.NextAttempt == DateTimeOffset.MaxValue ? null : m.NextAttempt.ToString("O"),
            ["recipients"] = new JsonArray([.. m.Recipients.Select(r => new JsonObject
            {
                ["address"] = Latin1.ToUnicode(r.Address), ["done"] = r.Done, ["error"] = r.Error.Length == 0 ? null : Latin1.ToUnicode(r.Error),
            })]),
        })]).ToJsonString(Readable)) + "\n";
}
