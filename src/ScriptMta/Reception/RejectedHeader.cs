using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>What the reject log keeps of a message whose header section was there when it was refused (Exim 53.15, rejected_header).</summary>
static class RejectedHeader
{
    /// <summary>So many recipients are named.</summary>
    const int MostRecipients = 5;

    static readonly Dictionary<string, char> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Bcc"] = 'B', ["Cc"] = 'C', ["From"] = 'F', ["Message-ID"] = 'I', ["Received"] = 'P', ["Reply-To"] = 'R', ["Sender"] = 'S', ["To"] = 'T',
    };

    /// <summary>Lines without the last line end; null when there is nothing to keep.</summary>
    public static string? Of(ExpansionContext context)
    {
        var message = context.Message;
        if (message.Headers is not { } headers || !context.Environment.Log.Options.Has("rejected_header")) return null;
        var text = new StringBuilder();
        if (message.Recipients.Count > 0)
        {
            text.Append("Envelope-from: <").Append(message.Sender ?? MailAddress.Null).Append(">\nEnvelope-to: <").Append(message.Recipients[0]).Append(">\n");
            foreach (var more in message.Recipients.Skip(1).Take(MostRecipients - 1)) text.Append("    <").Append(more).Append(">\n");
            if (message.Recipients.Count > MostRecipients) text.Append("    ...\n");
        }
        foreach (var field in headers.Fields)
            text.Append(Kinds.GetValueOrDefault(field.Name.StartsWith("Resent-", StringComparison.OrdinalIgnoreCase) ? field.Name[7..] : field.Name, ' ')).Append(' ').Append(field.Name).Append(':').Append(Shown(field.Body)).Append('\n');
        return text.Length == 0 ? null : text.ToString(0, text.Length - 1);
    }

    /// <summary>Lines stay lines: each but the first begins with white space, so that none can be taken for an entry. Other control characters are for no terminal.</summary>
    static string Shown(string body) => body.AsSpan().IndexOfAnyExceptInRange(' ', '\xff') < 0 ? body
        : string.Concat(body.Select(c => c is >= ' ' or '\n' or '\t' ? c.ToString() : $"\\{Convert.ToString(c, 8).PadLeft(3, '0')}"));
}
