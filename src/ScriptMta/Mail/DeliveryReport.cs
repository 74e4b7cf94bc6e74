using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>Action field of RFC 3464 2.3.3, with what the report's subject says.</summary>
enum ReportKind { Failed, Delayed, Success }

/// <summary>How much of the original goes back (RFC 3461 4.3, bounce_return_message, bounce_return_body).</summary>
enum ReturnedContent { None, Headers, Full }

/// <summary>
/// One recipient of a report. Reason is for people, one or more lines. Status is an enhanced code (RFC 3463); Diagnostic is the
/// remote server's reply, RemoteHost its name. WillRetryUntil is for delays. Text fields may hold anything: they are cleaned here.
/// </summary>
sealed record ReportedRecipient(MailAddress Address, string Reason, string Status)
{
    /// <summary>ORCPT as it came: type;address (RFC 3461 4.2).</summary>
    public string OriginalRecipient { get; init; } = "";
    public string RemoteHost { get; init; } = "";
    public string Diagnostic { get; init; } = "";
    public DateTimeOffset? LastAttempt { get; init; }
    public DateTimeOffset? WillRetryUntil { get; init; }
    /// <summary>What the address turned into when that is no address ("pipe to |command", "save to /file"); "" = the address itself. Only people see it.</summary>
    public string Generated { get; init; } = "";
    /// <summary>The address that this one was made from, when they differ; only people see it.</summary>
    public MailAddress? Parent { get; init; }
    /// <summary>Final-Recipient, the address of the envelope; null = Address.</summary>
    public MailAddress? Final { get; init; }
    /// <summary>The sender may not know what the address turned into (hide_child_in_errmsg).</summary>
    public bool IsUndisclosed { get; init; }
    /// <summary>What a command wrote.</summary>
    public string Output { get; init; } = "";
    /// <summary>delivered, relayed or expanded, in a report of success.</summary>
    public string Action { get; init; } = "";
}

/// <summary>What a file of the postmaster's says instead of the standard texts (Exim chapter 50), expanded; null = the standard. Third introduces the output of commands in a bounce, and ends a warning.</summary>
sealed record ReportTexts(string? Headers = null, string? Opening = null, string? Third = null);

/// <summary>What a report is about and who sends it. Id and Now are the report's own.</summary>
sealed record ReportFacts
{
    public required MessageId Id { get; init; }
    public required DateTimeOffset Now { get; init; }
    public required string Host { get; init; }
    /// <summary>dsn_from, expanded.</summary>
    public required string From { get; init; }
    public required MailAddress To { get; init; }
    /// <summary>Sender of the message that is reported.</summary>
    public required MailAddress OriginalSender { get; init; }
    public required HeaderSection OriginalHeaders { get; init; }
    public required string Boundary { get; init; }
    public ReturnedContent Returned { get; init; } = ReturnedContent.Full;
    /// <summary>errors_reply_to; "" = no Reply-To.</summary>
    public string ReplyTo { get; init; } = "";
    /// <summary>bounce_message_text; stands after the first line.</summary>
    public string ExtraText { get; init; } = "";
    /// <summary>RFC 3461 4.4; "" = none.</summary>
    public string EnvelopeId { get; init; } = "";
    /// <summary>Of the message that is reported.</summary>
    public string OriginalId { get; init; } = "";
    /// <summary>How long a delayed message has waited, in words.</summary>
    public string Waited { get; init; } = "";
    public ReportTexts Texts { get; init; } = new();
}

/// <summary>Builds delivery status notifications: multipart/report (RFC 6522) of text, message/delivery-status (RFC 3464) and the original.</summary>
static class DeliveryReport
{
    public static BuiltMessage Build(ReportKind kind, ReportFacts facts, IReadOnlyList<ReportedRecipient> recipients)
    {
        var open = $"--{facts.Boundary}\r\n";
        var prefix = new StringBuilder();
        prefix.Append(open).Append("Content-type: text/plain; charset=").Append(IsAscii(facts, recipients) ? "us-ascii" : "utf-8").Append("\r\n\r\n");
        ReportText.Append(prefix, kind, facts, recipients);
        prefix.Append("\r\n").Append(open).Append("Content-type: message/delivery-status\r\n\r\n");
        AppendStatus(prefix, kind, facts, recipients);
        if (facts.Returned != ReturnedContent.None)
            prefix.Append("\r\n").Append(open).Append("Content-type: ")
                .Append(facts.Returned == ReturnedContent.Full ? "message/rfc822" : "text/rfc822-headers").Append("\r\n\r\n");
        return new(Headers(kind, facts, recipients), prefix.ToString(), $"\r\n--{facts.Boundary}--\r\n", facts.Returned != ReturnedContent.None);
    }

    static bool IsAscii(ReportFacts facts, IReadOnlyList<ReportedRecipient> recipients) =>
        Ascii.IsValid(facts.ExtraText) && Ascii.IsValid($"{facts.Texts.Opening}{facts.Texts.Third}") && recipients.All(r => Ascii.IsValid(r.Reason) && Ascii.IsValid(r.Output) && Ascii.IsValid(r.Address.ToString()));

    static HeaderSection Headers(ReportKind kind, ReportFacts facts, IReadOnlyList<ReportedRecipient> recipients)
    {
        var fields = new List<HeaderField>();
        void Add(string name, string value) => fields.Add(HeaderField.Create(name, value));
        if (kind == ReportKind.Failed && recipients.Any(r => !r.IsUndisclosed)) Add("X-Failed-Recipients", FailedList(recipients));
        if (facts.ReplyTo.Length > 0) Add("Reply-To", BuiltMessage.OneLine(facts.ReplyTo));
        Add("Auto-Submitted", kind == ReportKind.Success ? "auto-generated" : "auto-replied"); // RFC 3834 5
        Add("From", BuiltMessage.OneLine(facts.From));
        Add("To", facts.To.ToString());
        if (MessageReferences.ForReply(facts.OriginalHeaders) is { Length: > 0 } references) Add("References", references);
        Add("Content-Type", $"multipart/report; report-type=delivery-status;\n\tboundary=\"{facts.Boundary}\"");
        Add("MIME-Version", "1.0");
        if (facts.Texts.Headers is { } own) fields.AddRange(HeaderParser.Parse(own.TrimEnd('\n') + "\n\n", HeaderLimits.Default).Headers.Fields);
        else Add("Subject", ReportText.Subject(kind, facts));
        Add("Message-Id", $"<E{facts.Id}@{facts.Host}>");
        Add("Date", MailDate.Format(facts.Now));
        return new([.. fields]);
    }

    /// <summary>At most this many addresses in one X-Failed-Recipients field; the report itself names all.</summary>
    const int MaxListed = 50;

    static string FailedList(IReadOnlyList<ReportedRecipient> recipients) =>
        string.Join(",\n  ", recipients.Where(r => !r.IsUndisclosed).Take(MaxListed).Select(r => BuiltMessage.OneLine(r.Address.ToString())));

    static void AppendStatus(StringBuilder text, ReportKind kind, ReportFacts facts, IReadOnlyList<ReportedRecipient> recipients)
    {
        Field(text, "Reporting-MTA", "dns; " + facts.Host); // RFC 3464 2.2.2
        if (facts.EnvelopeId.Length > 0) Field(text, "Original-Envelope-ID", facts.EnvelopeId);
        foreach (var recipient in recipients)
        {
            text.Append("\r\n");
            if (recipient.OriginalRecipient.Length > 0) Field(text, "Original-Recipient", recipient.OriginalRecipient);
            Field(text, "Action", kind == ReportKind.Success ? recipient.Action : kind.ToString().LowerAscii());
            Field(text, "Final-Recipient", "rfc822;" + (recipient.Final ?? recipient.Address));
            Field(text, "Status", recipient.Status);
            if (recipient.RemoteHost.Length > 0) Field(text, "Remote-MTA", "dns; " + recipient.RemoteHost);
            if (recipient.Diagnostic.Length > 0) Field(text, "Diagnostic-Code", "smtp; " + recipient.Diagnostic);
            if (recipient.LastAttempt is { } last) Field(text, "Last-Attempt-Date", MailDate.Format(last));
            if (kind == ReportKind.Delayed && recipient.WillRetryUntil is { } until) Field(text, "Will-Retry-Until", MailDate.Format(until));
        }
    }

    static void Field(StringBuilder text, string name, string value) =>
        text.Append(name).Append(": ").Append(BuiltMessage.OneLine(value)).Append("\r\n");
}
