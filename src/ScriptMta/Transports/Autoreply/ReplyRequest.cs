using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Filtering;
using ScriptMta.Language;

namespace ScriptMta.Transports;

/// <summary>
/// The message to be made: wholly from the transport's options, or wholly from what a filter asked for (Exim chapter 27). Values keep their taint for
/// the files they name. Error defers the delivery.
/// </summary>
sealed record ReplyRequest
{
    public Value From { get; init; } = Value.Empty;
    public Value ReplyTo { get; init; } = Value.Empty;
    public Value To { get; init; } = Value.Empty;
    public Value Cc { get; init; } = Value.Empty;
    public Value Bcc { get; init; } = Value.Empty;
    public Value Subject { get; init; } = Value.Empty;
    public Value Headers { get; init; } = Value.Empty;
    public Value Text { get; init; } = Value.Empty;
    /// <summary>Null = none; also for an empty name.</summary>
    public Value? File { get; init; }
    public bool FileExpand { get; init; }
    public Value? Log { get; init; }
    public Value? Once { get; init; }
    /// <summary>Null: never again.</summary>
    public TimeSpan? OnceRepeat { get; init; }
    public bool ReturnMessage { get; init; }
    public string? Error { get; init; }

    public static ReplyRequest OfFilter(FilterAction.Mail mail, AutoreplyOptions options) => new()
    {
        From = mail.From, ReplyTo = mail.ReplyTo, To = mail.To, Cc = mail.Cc, Bcc = mail.Bcc, Subject = mail.Subject, Headers = mail.ExtraHeaders, Text = mail.Text,
        File = Name(mail.File), FileExpand = mail.ExpandFile, Log = Name(mail.Log), Once = Name(mail.Once), OnceRepeat = mail.OnceRepeat,
        ReturnMessage = mail.ReturnMessage || options.ReturnMessage,
    };

    public static ReplyRequest OfOptions(AutoreplyOptions options, string transport, ExpansionContext context)
    {
        string? error = null;
        Value Expand(Template? template, string option, bool inHeader = true)
        {
            if (template is null) return Value.Empty;
            var expanded = template.Expand(context);
            if (!expanded.IsOk) error ??= $"Expansion of \"{template.Source}\" failed in {transport} transport ({option}): {expanded.Error}";
            else if (inHeader && Unprintable(expanded.Text) is { } code) error ??= $"{option} in {transport} transport contains non-printing character {code}";
            return expanded.Value;
        }
        TimeSpan? repeat = null;
        var repeatText = Expand(options.OnceRepeat, "once_repeat").Text.TrimSpace();
        if (repeatText.Length > 0 && !OptionValues.Time(repeatText, out var time)) error ??= $"Invalid time value \"{repeatText}\" for \"once_repeat\" in {transport} transport";
        else if (repeatText.Length > 0) { OptionValues.Time(repeatText, out time); repeat = time > TimeSpan.Zero ? time : null; }
        var request = new ReplyRequest
        {
            From = Expand(options.From, "from"), ReplyTo = Expand(options.ReplyTo, "reply_to"), To = Expand(options.To, "to"), Cc = Expand(options.Cc, "cc"), Bcc = Expand(options.Bcc, "bcc"),
            Subject = Expand(options.Subject, "subject"), Headers = Expand(options.Headers, "headers", inHeader: false), Text = Expand(options.Text, "text", inHeader: false),
            File = Name(Expand(options.File, "file")), FileExpand = options.FileExpand, Log = Name(Expand(options.Log, "log")), Once = Name(Expand(options.Once, "once")),
            OnceRepeat = repeat, ReturnMessage = options.ReturnMessage,
        };
        return request with { Error = error };
    }

    static Value? Name(Value? value) => value is { Text.Length: > 0 } ? value : null;

    /// <summary>A newline before white space is a folded line; any other control character could begin a line of its own.</summary>
    static int? Unprintable(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] is < ' ' or '\x7f' && text[i] != '\t' && !(text[i] == '\n' && i + 1 < text.Length && text[i + 1] is ' ' or '\t')) return text[i];
        return null;
    }
}
