using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>What stands before the body in the copy that scanners get: a "From " line, the envelope in two fields (Exim 45), and the header section.</summary>
static class MboxHeader
{
    public static string Text(HeaderSection headers, ExpansionContext context)
    {
        var message = context.Message;
        var text = new StringBuilder("From MAILER-DAEMON ", 1024).Append(MailDate.FormatMbox(context.Environment.Clock.GetLocalNow())).Append('\n')
            .Append("X-Envelope-From: <").Append(message.Sender).Append(">\n")
            .Append("X-Envelope-To: ").AppendJoin(", ", message.Recipients).Append('\n');
        foreach (var field in headers.Fields) text.Append(field.Name).Append(':').Append(field.Body.Replace("\r\n", "\n")).Append('\n');
        return text.Append('\n').ToString();
    }
}
