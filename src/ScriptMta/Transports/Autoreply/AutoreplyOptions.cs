using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Transports;

/// <summary>The private options of autoreply (Exim chapter 27).</summary>
sealed record AutoreplyOptions
{
    public Template? From { get; init; }
    public Template? ReplyTo { get; init; }
    public Template? To { get; init; }
    public Template? Cc { get; init; }
    public Template? Bcc { get; init; }
    public Template? Subject { get; init; }
    public Template? Headers { get; init; }
    public Template? Text { get; init; }
    public Template? File { get; init; }
    public bool FileExpand { get; init; }
    public bool FileOptional { get; init; }
    public Template? Log { get; init; }
    public Template? Once { get; init; }
    public Template? OnceRepeat { get; init; }
    public RuleList? NeverMail { get; init; }
    public bool ReturnMessage { get; init; }
    /// <summary>For log and once files.</summary>
    public int Mode { get; init; } = 0x180; // 0600

    public static AutoreplyOptions Read(OptionReader reader) => new()
    {
        From = TransportOptions.Template(reader, "from"), ReplyTo = TransportOptions.Template(reader, "reply_to"), To = TransportOptions.Template(reader, "to"),
        Cc = TransportOptions.Template(reader, "cc"), Bcc = TransportOptions.Template(reader, "bcc"), Subject = TransportOptions.Template(reader, "subject"),
        Headers = TransportOptions.Template(reader, "headers"), Text = TransportOptions.Template(reader, "text"), File = TransportOptions.Template(reader, "file"),
        FileExpand = reader.Bool("file_expand", false), FileOptional = reader.Bool("file_optional", false), Log = TransportOptions.Template(reader, "log"),
        Once = TransportOptions.Template(reader, "once"), OnceRepeat = TransportOptions.Template(reader, "once_repeat"),
        NeverMail = reader.List("never_mail", RuleList.Addresses),
        ReturnMessage = reader.Bool("return_message", false), Mode = reader.Octal("mode", 0x180),
    };
}
