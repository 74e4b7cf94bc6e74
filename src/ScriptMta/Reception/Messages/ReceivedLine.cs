using System.Text;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>The Received: field in the shape of Exim's default received_header_text (RFC 5321 4.4), or whatever the option says; the date is always added.</summary>
static class ReceivedLine
{
    public static HeaderField Make(ExpansionContext context, ReceptionOptions options, MessageId id)
    {
        var date = MailDate.Format(context.Environment.Clock.GetLocalNow());
        if (options.ReceivedHeaderText is { } template)
        {
            var text = template.Expand(context);
            if (text.IsOk && text.Text.Length == 0) return new("Received", $" ;\n\t{date}");
            if (text.IsOk) return Field(text.Text.TrimSpaceAtEnd(), date);
            context.Environment.Log.Panic(id, $"expansion of received_header_text failed: {text.Error}");
        }
        return Field(Default(context, options, id), date);
    }

    static string Default(ExpansionContext context, ReceptionOptions options, MessageId id)
    {
        var (peer, message) = (context.Connection, context.Message);
        var text = new StringBuilder("Received: ", 256);
        if (peer.HostAddress.Length > 0) text.Append("from ").Append(ConnectionVariables.ReceivedHost(peer, context.Environment.Log.Options.Has("incoming_port"))).Append("\n\t");
        else
        {
            if (peer.Ident.Length > 0) text.Append("from ").Append(peer.Ident).Append(' ');
            if (peer.HeloName.Length > 0) text.Append("(helo=").Append(peer.HeloName).Append(")\n\t");
        }
        text.Append("by ").Append(context.Environment.PrimaryHostname).Append(' ');
        if (peer.Protocol.Length > 0) text.Append("with ").Append(peer.Protocol).Append(' ');
        if (TlsFacts.Text(peer, "ver") is { Length: > 0 } version) text.Append(" (").Append(version).Append(')');
        if (TlsFacts.Text(peer, "cipher_std") is { Length: > 0 } cipher) text.Append(" tls ").Append(cipher).Append("\n\t");
        text.Append("(ScriptMta ").Append(options.Version).Append(")\n\t");
        if (message.Sender is { IsNull: false } sender) text.Append("(envelope-from <").Append(sender).Append(">)\n\t");
        text.Append("id ").Append(id.Text);
        if (message.Recipients.Count == 1) text.Append("\n\tfor ").Append(message.Recipients[0]);
        return text.ToString();
    }

    /// <summary>The text holds the name too, as the option's default does; a text without one gets it.</summary>
    static HeaderField Field(string text, string date)
    {
        var body = text.StartsWith("Received:", StringComparison.OrdinalIgnoreCase) ? text["Received:".Length..] : " " + text;
        return new("Received", $"{body};\n\t{date}");
    }
}
