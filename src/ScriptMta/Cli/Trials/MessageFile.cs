using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Cli;

/// <summary>A message for a dry run: a file (or only header lines, or nothing) as the rules will see it. Read once.</summary>
sealed class MessageFile
{
    readonly HeaderSection? _headers;
    readonly byte[] _body = [];
    readonly string? _sender;

    public MessageFile(string? path, IReadOnlyList<string> headerLines, string? sender)
    {
        _sender = sender is null ? null : Latin1.FromUnicode(sender);
        if (path is not null) (_headers, _body) = Parse(Read(path));
        foreach (var line in headerLines.Select(Latin1.FromUnicode))
        {
            var colon = line.IndexOf(':');
            if (colon < 1) throw new CommandException(ExitCode.Usage, $"--header {line}: a header field is \"Name: text\"");
            _headers = (_headers ?? HeaderSection.Empty).Append(new HeaderField(line[..colon], line[(colon + 1)..]));
        }
    }

    /// <summary>From the text of a message, line ends LF. Without a sender, that of the context stays.</summary>
    public MessageFile(string text, string? sender)
    {
        _sender = sender;
        (_headers, _body) = Parse(text);
    }

    static (HeaderSection, byte[]) Parse(string text)
    {
        var parsed = HeaderParser.Parse(text, HeaderLimits.Default);
        return (parsed.Headers, Latin1.Encode(text[parsed.BodyStart..]));
    }

    static string Read(string path)
    {
        try { return Latin1.Decode(File.ReadAllBytes(path)).Replace("\r\n", "\n"); }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.NoInput, error.Message);
        }
    }

    public void Fill(ExpansionContext context)
    {
        var message = context.Message;
        if (_sender is not null) message.Sender = _sender == "<>" ? MailAddress.Null : MailAddress.Split(_sender);
        message.Headers = _headers;
        message.BodySize = _body.Length;
        message.Size = _body.Length + (_headers?.ToText().Length ?? 0);
        message.BodyLineCount = _body.AsSpan().Count((byte)'\n');
        message.ReceivedAt = context.Environment.Clock.GetUtcNow();
        message.BodyStart = count => _body[..Math.Min(count, _body.Length)];
        message.BodyEnd = count => _body[^Math.Min(count, _body.Length)..];
        message.FirstDelivery = true;
    }
}
