using System.Text;
using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Expansion;

/// <summary>The message or transaction: envelope, sizes, headers, body.</summary>
static class MessageVariables
{
    // message_body_visible when it is not set.
    const int BodyVisible = 500;

    public static readonly KeyValuePair<string, VariableReader>[] Rows =
    [
        new("message_id", Id),
        new("message_exim_id", Id),
        new("sender_address", e => Address(e, e.Context.Message.Sender)),
        new("sender_address_local_part", e => e.AppendTainted(e.Context.Message.Sender?.LocalPart)),
        new("sender_address_domain", e => e.AppendTainted(e.Context.Message.Sender?.Domain)),
        new("return_path", ReturnPath),
        new("reply_address", ReplyAddress),
        new("authenticated_sender", e => e.AppendTainted(e.Context.Message.AuthenticatedSender)),
        new("recipients", Recipients),
        new("recipients_list", e => e.AppendTainted(RecipientsText(e.Context.Message, ':'))),
        new("recipients_count", e => e.Append(e.Context.Message.Recipients.Count)),
        new("received_for", ReceivedFor),
        new("received_count", e => e.Append(e.Context.Message.Headers?.All("Received").Count() ?? 0)),
        new("received_time", e => e.Append(Math.Max(0, e.Context.Message.ReceivedAt.ToUnixTimeSeconds()))),
        new("rcpt_count", e => e.Append(e.Context.Message.RcptCount)),
        new("rcpt_defer_count", e => e.Append(e.Context.Message.RcptDeferCount)),
        new("rcpt_fail_count", e => e.Append(e.Context.Message.RcptFailCount)),
        new("message_size", e => e.Append(Size(e.Context))),
        new("message_age", Age),
        new("message_body_size", e => e.Append(e.Context.Message.BodySize)),
        new("message_linecount", e => e.Append(e.Context.Message.LineCount)),
        new("body_linecount", e => e.Append(e.Context.Message.BodyLineCount)),
        new("body_zerocount", e => e.Append(e.Context.Message.BodyZeroCount)),
        new("max_received_linelength", e => e.Append(e.Context.Message.MaxReceivedLineLength)),
        new("message_headers", e => e.Context.Message.Headers is { } headers ? e.AppendTainted(HeaderText.All(e, headers)) : ExpandedKind.Ok),
        new("message_headers_raw", e => e.AppendTainted(e.Context.Message.Headers?.ToText())),
        new("message_body", e => Body(e, e.Context.Message.BodyStart)),
        new("message_body_end", e => Body(e, e.Context.Message.BodyEnd)),
        new("headers_added", e => e.AppendTainted(e.Context.HeadersAdded?.Invoke())),
        new("message_smtputf8", e => e.Append(e.Context.Message.IsSmtpUtf8 ? "yes" : "no")),
        new("prdr_requested", e => e.Append(e.Context.Message.IsPrdr ? "yes" : "no")),
        new("dsn_ret", e => e.Append(e.Context.Message.DsnReturn)),
        new("dsn_envid", e => e.AppendTainted(e.Context.Message.DsnEnvelopeId)),
    ];

    static ExpandedKind Id(Evaluation evaluation) => evaluation.Append(evaluation.Context.Message.Id?.Text ?? "");

    static ExpandedKind Address(Evaluation evaluation, MailAddress? address)
    {
        if (address is not { } known) return ExpandedKind.Ok;
        evaluation.AppendTainted(known.LocalPart);
        if (known.Domain.Length == 0) return ExpandedKind.Ok;
        evaluation.Append('@');
        return evaluation.AppendTainted(known.Domain);
    }

    static ExpandedKind ReturnPath(Evaluation evaluation)
    {
        var message = evaluation.Context.Message;
        return message.ReturnPath.Length != 0 ? evaluation.AppendTainted(message.ReturnPath) : Address(evaluation, message.Sender);
    }

    /// <summary>Reply-To: if it has text, else From:.</summary>
    static ExpandedKind ReplyAddress(Evaluation evaluation)
    {
        if (evaluation.Context.Message.Headers is not { } headers) return ExpandedKind.Ok;
        var replyTo = HeaderText.Joined(headers, "Reply-To");
        return evaluation.AppendTainted(replyTo.Length != 0 ? replyTo : HeaderText.Joined(headers, "From"));
    }

    static ExpandedKind Recipients(Evaluation evaluation) => evaluation.AppendTainted(RecipientsText(evaluation.Context.Message, ','));

    static string RecipientsText(MessageFacts message, char separator)
    {
        if (separator == ',') return string.Join(", ", message.Recipients);
        var list = new StringBuilder();
        for (var i = 0; i < message.Recipients.Count; i++) ListText.AppendItem(list, i == 0, message.Recipients[i].ToString(), separator);
        return list.ToString();
    }

    /// <summary>Only for a message to one recipient.</summary>
    static ExpandedKind ReceivedFor(Evaluation evaluation) =>
        evaluation.Context.Message.Recipients is [var only] ? Address(evaluation, only) : ExpandedKind.Ok;

    /// <summary>Exim's -1 for "not known" is there from the first command on.</summary>
    static long Size(ExpansionContext context) => context.Connection.SmtpCommand.Length > 0 ? context.Message.Size : Math.Max(0, context.Message.Size);

    static ExpandedKind Age(Evaluation evaluation)
    {
        var received = evaluation.Context.Message.ReceivedAt;
        return evaluation.Append(received == default ? 0 : (long)(evaluation.Context.Environment.Clock.GetUtcNow() - received).TotalSeconds);
    }

    /// <summary>Newlines and NULs become spaces, unless message_body_newlines keeps the former.</summary>
    static ExpandedKind Body(Evaluation evaluation, Func<int, byte[]>? read)
    {
        if (read is null) return ExpandedKind.Ok;
        var settings = evaluation.Context.Environment.Settings;
        var visible = settings.TryGetValue("message_body_visible", out var text) && int.TryParse(text, out var number) ? number : BodyVisible;
        var body = Latin1.Decode(read(visible)).Replace('\0', ' ');
        if (settings.GetValueOrDefault("message_body_newlines") is not ("true" or "yes")) body = body.Replace("\r\n", " ").Replace('\n', ' ');
        return evaluation.AppendTainted(body);
    }
}
