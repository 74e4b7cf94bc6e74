using System.Globalization;
using System.Text;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>The listing that mailq has always printed (traditions.md): "*" being delivered, "!" on hold.</summary>
sealed class SendmailListing : ListingFormat
{
    public override string Begin(int messages) => messages == 0 ? "" : "-Queue ID- --Size-- ----Arrival Time---- -Sender/Recipient-------\n";

    public override void Message(StringBuilder text, QueueListing message)
    {
        var mark = message.BeingDelivered ? '*' : message.Frozen ? '!' : ' ';
        text.Append(message.Id.Text).Append(mark).Append(CultureInfo.InvariantCulture, $" {message.Size,7} {message.ReceivedAt.ToLocalTime():ddd MMM dd HH:mm:ss}  ")
            .Append(message.Sender.Length == 0 ? "MAILER-DAEMON" : message.Sender).Append('\n');
        if (message.Problem is { } problem) text.Append('(').Append(problem).Append(")\n");
        if (SharedError(message) is { } shared) Group(text, shared, message.Waiting);
        else foreach (var group in message.Waiting.GroupBy(static r => r.Error)) Group(text, group.Key, group);
        text.Append('\n');
    }

    /// <summary>What all wait for; null when they wait for different things.</summary>
    static string? SharedError(QueueListing message)
    {
        var first = message.Recipients.FirstOrDefault(static r => !r.Done)?.Error ?? "";
        return message.Recipients.All(r => r.Done || r.Error == first) ? first : null;
    }

    static void Group(StringBuilder text, string error, IEnumerable<ListedRecipient> recipients)
    {
        if (error.Length != 0) text.Append('(').Append(error).Append(")\n");
        foreach (var recipient in recipients) text.Append(' ', 41).Append(recipient.Address).Append('\n');
    }

    public override string End(int messages, long bytes) =>
        messages == 0 ? "Mail queue is empty\n" : $"-- {(bytes + 512) / 1024} Kbytes in {messages} Request{(messages == 1 ? "" : "s")}.\n";
}
