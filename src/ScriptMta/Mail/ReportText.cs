using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>The part of a report that people read (Exim chapter 50): programs look for these texts, too.</summary>
static class ReportText
{
    const string Created = "This message was created automatically by mail delivery software.\r\n";

    public static string Subject(ReportKind kind, ReportFacts facts) => kind switch
    {
        ReportKind.Failed => "Mail delivery failed" + (facts.To.SameAs(facts.OriginalSender) ? ": returning message to sender" : ""),
        ReportKind.Delayed => $"Warning: message {facts.OriginalId} delayed {facts.Waited}",
        _ => "Delivery Status Notification",
    };

    public static void Append(StringBuilder text, ReportKind kind, ReportFacts facts, IReadOnlyList<ReportedRecipient> recipients)
    {
        if (facts.Texts.Opening is { } own) text.Append(BuiltMessage.Lines(own));
        else if (kind == ReportKind.Failed) OpenFailed(text, facts);
        else if (kind == ReportKind.Delayed) OpenDelayed(text, facts, recipients.Count);
        else text.Append(Created).Append(" ----- The following addresses had successful delivery notifications -----\r\n");
        if (kind == ReportKind.Success)
        {
            text.AppendJoin("\r\n", recipients.Select(r => $"<{BuiltMessage.OneLine((r.Final ?? r.Address).ToString())}> ({r.Reason})\r\n"));
            return;
        }
        text.Append("\r\n");
        foreach (var recipient in recipients) AppendRecipient(text, recipient, kind == ReportKind.Delayed ? "Delay reason: " : "");
        if (kind == ReportKind.Failed) AppendOutputs(text, facts, [.. recipients.Where(r => r.Output.Length > 0)]);
        else text.Append("\r\n").Append(facts.Texts.Third is { } end ? BuiltMessage.Lines(end) : DelayedEnd);
    }

    static void OpenFailed(StringBuilder text, ReportFacts facts)
    {
        text.Append(Created).Append(facts.ExtraText.Length > 0 ? BuiltMessage.Lines(facts.ExtraText) : "\r\n");
        if (facts.To.SameAs(facts.OriginalSender))
            text.Append("A message that you sent could not be delivered to one or more of its\r\nrecipients. This is a permanent error. The following address(es) failed:\r\n");
        else
            text.Append($"A message sent by\r\n\r\n  <{BuiltMessage.OneLine(facts.OriginalSender.ToString())}>\r\n\r\ncould not be delivered to one or more of its recipients. The following\r\naddress(es) failed:\r\n");
    }

    static void OpenDelayed(StringBuilder text, ReportFacts facts, int count)
    {
        text.Append(Created);
        if (facts.To.SameAs(facts.OriginalSender)) text.Append("A message that you sent has not yet been delivered to one or more of its\r\nrecipients after more than ");
        else text.Append($"A message sent by\r\n\r\n  <{BuiltMessage.OneLine(facts.OriginalSender.ToString())}>\r\n\r\nhas not yet been delivered to one or more of its recipients after more than\r\n");
        text.Append($"{facts.Waited} on the queue on {facts.Host}.\r\n\r\nThe message identifier is:     {facts.OriginalId}\r\n");
        if (facts.OriginalHeaders.First("Subject") is { } subject) text.Append("The subject of the message is: ").Append(Shown(subject)).Append("\r\n");
        if (facts.OriginalHeaders.First("Date") is { } date) text.Append("The date of the message is:    ").Append(Shown(date)).Append("\r\n");
        text.Append($"\r\nThe address{(count == 1 ? "" : "es")} to which the message has not yet been delivered {(count == 1 ? "is" : "are")}:\r\n");
    }

    /// <summary>Of a field that may be of any length.</summary>
    const int MaxShown = 200;

    static string Shown(HeaderField field)
    {
        var text = BuiltMessage.OneLine(field.Unfolded);
        return text.Length > MaxShown ? text[..MaxShown] : text;
    }

    const string DelayedEnd =
        "No action is required on your part. Delivery attempts will continue for\r\nsome time, and this warning may be repeated at intervals if the message\r\n"
        + "remains undelivered. Eventually the mail delivery software will give up,\r\nand when that happens, the message will be returned to you.\r\n";

    static void AppendRecipient(StringBuilder text, ReportedRecipient recipient, string prefix)
    {
        text.Append("  ").Append(NameOf(recipient)).Append("\r\n");
        if (ParentOf(recipient) is { } parent) text.Append("    ").Append(recipient.Generated.Length > 0 ? parent : $"({parent})").Append("\r\n");
        if (recipient.IsUndisclosed) return;
        foreach (var line in recipient.Reason.ReplaceLineEndings("\n").Split('\n'))
            if (line.TrimSpace().Length > 0) AppendWrapped(text, prefix + BuiltMessage.OneLine(line));
    }

    static string NameOf(ReportedRecipient recipient) =>
        recipient.IsUndisclosed ? "an undisclosed address" : BuiltMessage.OneLine(recipient.Generated.Length > 0 ? recipient.Generated : recipient.Address.ToString());

    static string? ParentOf(ReportedRecipient recipient) =>
        recipient.Parent is { } parent ? $"generated {(recipient.Generated.Length > 0 ? "by" : "from")} {BuiltMessage.OneLine(parent.ToString())}" : null;

    /// <summary>A line is broken behind a colon once it is longer than this.</summary>
    const int LongLine = 45;

    static void AppendWrapped(StringBuilder text, string line)
    {
        while (line.Length > LongLine && line.IndexOf(": ", LongLine, StringComparison.Ordinal) is var colon and >= 0)
        {
            text.Append("    ").Append(line, 0, colon + 1).Append("\r\n");
            line = line[(colon + 2)..];
        }
        text.Append("    ").Append(line).Append("\r\n");
    }

    static void AppendOutputs(StringBuilder text, ReportFacts facts, IReadOnlyList<ReportedRecipient> recipients)
    {
        if (recipients.Count == 0) return;
        text.Append("\r\n").Append(BuiltMessage.Lines(facts.Texts.Third ?? $"The following text was generated during the delivery attempt{(recipients.Count > 1 ? "s" : "")}:"));
        foreach (var recipient in recipients)
        {
            text.Append("\r\n------ ").Append(NameOf(recipient));
            if (ParentOf(recipient) is { } parent) text.Append("\r\n       ").Append(parent);
            text.Append(" ------\r\n\r\n").Append(BuiltMessage.Lines(recipient.Output));
        }
    }
}
