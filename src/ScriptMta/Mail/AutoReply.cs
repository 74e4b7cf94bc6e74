using System.Text;

namespace ScriptMta.Mail;

/// <summary>
/// What an automatic answer says (autoreply transport, filter commands mail and vacation). Address lists are header text. Empty = no such field.
/// Header values may come from a message: line breaks that would begin another field are taken out.
/// </summary>
sealed record AutoReplyFacts
{
    public required MessageId Id { get; init; }
    public required DateTimeOffset Now { get; init; }
    public required string Host { get; init; }
    public required string From { get; init; }
    public string ReplyTo { get; init; } = "";
    public string To { get; init; } = "";
    public string Cc { get; init; } = "";
    public string Bcc { get; init; } = "";
    public string Subject { get; init; } = "";
    /// <summary>Additional fields as the rule wrote them, one a line, continuation lines begin with white space.</summary>
    public string ExtraHeaders { get; init; } = "";
    public string Text { get; init; } = "";
    /// <summary>The content of a file, after Text.</summary>
    public string FileText { get; init; } = "";
    /// <summary>return_message: the original follows; the caller streams it.</summary>
    public bool ReturnOriginal { get; init; }
    public required HeaderSection OriginalHeaders { get; init; }
    /// <summary>headers_charset: for 8-bit text in the subject.</summary>
    public string Charset { get; init; } = "UTF-8";
}

/// <summary>Builds automatic answers (RFC 3834).</summary>
static class AutoReply
{
    public static BuiltMessage Build(AutoReplyFacts facts)
    {
        var fields = new List<HeaderField>();
        void Add(string name, string value)
        {
            if (BuiltMessage.OneLine(value) is { Length: > 0 } line) fields.Add(HeaderField.Create(name, line));
        }
        Add("From", facts.From);
        Add("Reply-To", facts.ReplyTo);
        Add("To", facts.To);
        Add("Cc", facts.Cc);
        Add("Bcc", facts.Bcc);
        if (facts.Subject.Length > 0) Add("Subject", EncodedWords.Encode(BuiltMessage.OneLine(facts.Subject), facts.Charset));
        Add("In-Reply-To", MessageReferences.InReplyTo(facts.OriginalHeaders));
        if (MessageReferences.ForReply(facts.OriginalHeaders) is { Length: > 0 } references) fields.Add(HeaderField.Create("References", references));
        Add("Auto-Submitted", "auto-replied"); // RFC 3834 5
        Add("Message-Id", $"<E{facts.Id}@{facts.Host}>");
        Add("Date", MailDate.Format(facts.Now));
        if (!Ascii.IsValid(facts.Text + facts.FileText)) AddMime(fields);
        fields.AddRange(HeaderParser.Parse(facts.ExtraHeaders.Trim('\n') + "\n", HeaderLimits.Default).Headers.Fields);
        return new(new([.. fields]), Body(facts), "", facts.ReturnOriginal);
    }

    static void AddMime(List<HeaderField> fields) =>
        fields.AddRange([HeaderField.Create("MIME-Version", "1.0"), HeaderField.Create("Content-Type", "text/plain; charset=utf-8"),
            HeaderField.Create("Content-Transfer-Encoding", "8bit")]);

    static string Body(AutoReplyFacts facts)
    {
        var body = new StringBuilder();
        if (facts.Text.Length > 0) body.Append(BuiltMessage.Lines(facts.Text));
        if (facts.FileText.Length > 0) body.Append(BuiltMessage.Lines(facts.FileText));
        if (facts.ReturnOriginal) body.Append("\r\n------ The message that this answers follows, with its headers ------\r\n\r\n");
        return body.ToString();
    }
}
