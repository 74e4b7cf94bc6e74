using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>The part of a report that people read.</summary>
static class ReportText
{
    public static string Subject(ReportKind kind, ReportFacts facts) => kind switch
    {
        ReportKind.Failed => "Mail delivery failed" + (facts.To.SameAs(facts.OriginalSender) ? ": returning message to sender" : ""),
        ReportKind.Delayed => $"Warning: message delayed {Duration(facts.Waited)}",
        ReportKind.Delivered => "Delivery status: delivered",
        _ => "Delivery status: relayed",
    };

    public static void Append(StringBuilder text, ReportKind kind, ReportFacts facts, IReadOnlyList<ReportedRecipient> recipients)
    {
        text.Append("This message was created automatically by mail delivery software.\r\n");
        if (facts.ExtraText.Length > 0) text.Append(BuiltMessage.Lines(facts.ExtraText));
        text.Append("\r\n").Append(Opening(kind, facts)).Append("\r\n");
        foreach (var recipient in recipients) AppendRecipient(text, recipient);
        if (kind == ReportKind.Delayed) text.Append("\r\nYou need not do anything: delivery is tried again from time to time, and you\r\nwill be told if the message has to be given up.\r\n");
    }

    static string Opening(ReportKind kind, ReportFacts facts)
    {
        var whose = facts.To.SameAs(facts.OriginalSender) ? "Your message" : $"A message from <{BuiltMessage.OneLine(facts.OriginalSender.ToString())}>";
        var subject = BuiltMessage.OneLine(facts.OriginalHeaders.First("Subject")?.Unfolded ?? "");
        if (subject.Length is > 0 and <= MaxSubject && Ascii.IsValid(subject)) whose += $" (subject \"{subject}\")";
        return whose + "\r\n" + kind switch
        {
            ReportKind.Failed => "did not reach the recipients named below, and will not be tried again.",
            ReportKind.Delayed => $"has been waiting here for {Duration(facts.Waited)}. Not yet reached:",
            ReportKind.Delivered => "was delivered to:",
            _ => "was passed on to a server that sends no confirmations, for:",
        };
    }

    const int MaxSubject = 200;

    static void AppendRecipient(StringBuilder text, ReportedRecipient recipient)
    {
        text.Append("\r\n  ").Append(BuiltMessage.OneLine(recipient.Generated.Length > 0 ? recipient.Generated : recipient.Address.ToString())).Append("\r\n");
        if (recipient.Parent is { } parent) text.Append("    (generated from ").Append(BuiltMessage.OneLine(parent.ToString())).Append(")\r\n");
        foreach (var line in recipient.Reason.ReplaceLineEndings("\n").Split('\n'))
            if (line.TrimSpace().Length > 0) text.Append("    ").Append(BuiltMessage.OneLine(line)).Append("\r\n");
    }

    static string Duration(TimeSpan time) => time switch
    {
        { TotalHours: >= 48 } => $"{(int)time.TotalDays} days",
        { TotalMinutes: >= 120 } => $"{(int)time.TotalHours} hours",
        { TotalMinutes: >= 60 } => "1 hour",
        _ => $"{Math.Max(1, (int)time.TotalMinutes)} minutes",
    };
}
