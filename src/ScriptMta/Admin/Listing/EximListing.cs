using System.Globalization;
using System.Text;
using ScriptMta.Queue;

namespace ScriptMta.Admin;

/// <summary>
/// Exim chapter 5 -bp: age, size, id, sender, then the recipients, "D" before delivered ones. Flags: "u" undelivered recipients only, "a" also what was made of
/// them and delivered, "i" ids only; "r" (unsorted) changes nothing: in order of arrival costs nothing here.
/// </summary>
sealed class EximListing(DateTimeOffset now, string flags) : ListingFormat
{
    readonly bool _idsOnly = flags.Contains('i');
    readonly bool _undeliveredOnly = flags.Contains('u');
    readonly bool _generated = flags.Contains('a');

    public override void Message(StringBuilder text, QueueListing message)
    {
        if (_idsOnly) text.Append(message.Id.Text).Append('\n');
        else if (message.Problem is { } problem) text.Append(Unreadable(message.Id.Text, problem));
        else Whole(text, message);
    }

    /// <summary>What Exim prints of a message that it cannot read.</summary>
    public static string Unreadable(string id, string problem) => $"      {id}\n    *** spool read error: {problem} ***\n\n";

    void Whole(StringBuilder text, QueueListing message)
    {
        text.Append(Age(now - message.ReceivedAt)).Append(' ').Append(Size(message.Size)).Append(' ').Append(message.Id.Text).Append(" <").Append(message.Sender).Append('>')
            .Append(message.Frozen ? " *** frozen ***" : "").Append('\n');
        foreach (var recipient in message.Recipients)
            if (!recipient.Done || !_undeliveredOnly) text.Append(recipient.Done ? "        D " : "          ").Append(recipient.Address).Append('\n');
        if (_generated)
            foreach (var address in message.GeneratedDone) text.Append("       +D ").Append(address).Append('\n');
        text.Append('\n');
    }

    /// <summary>Minutes up to an hour and a half, then hours up to three days, then days; rounded.</summary>
    public static string Age(TimeSpan age)
    {
        var minutes = (long)Math.Max(0, age.TotalMinutes);
        if (minutes <= 90) return $"{minutes,2}m";
        var hours = (minutes + 30) / 60;
        return hours <= 72 ? $"{hours,2}h" : $"{(hours + 12) / 24,2}d";
    }

    /// <summary>Five columns: bytes, then K and M with one decimal below ten.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1024 => $"{bytes,5}",
        < 10 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0,4:F1}K"),
        < 1024 * 1024 => $"{(bytes + 512) / 1024,4}K",
        < 10 * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0,4:F1}M"),
        _ => $"{(bytes + 512 * 1024) / 1048576,4}M",
    };
}

/// <summary>exiqgrep's long format: undelivered recipients only.</summary>
sealed class ExiqgrepListing(DateTimeOffset now) : ListingFormat
{
    public override void Message(StringBuilder text, QueueListing message)
    {
        text.Append(EximListing.Age(now - message.ReceivedAt).TrimStart(' ').PadLeft(3)).Append(' ').Append(EximListing.Size(message.Size)).Append(' ').Append(message.Id.Text)
            .Append(" <").Append(message.Sender).Append('>').Append(message.Frozen ? " *** frozen ***" : "").Append('\n');
        foreach (var recipient in message.Waiting) text.Append("\t  ").Append(recipient.Address).Append('\n');
        text.Append('\n');
    }
}

/// <summary>exiqgrep -b: a line a message.</summary>
sealed class BriefListing : ListingFormat
{
    public override void Message(StringBuilder text, QueueListing message) =>
        text.Append(message.Id.Text).Append(" From: <").Append(message.Sender).Append("> To: ").AppendJoin(';', message.Waiting.Select(static r => r.Address)).Append('\n');
}
