using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Mail;

namespace ScriptMta.Smtp;

/// <summary>The addresses of a message with SMTPUTF8 as one server can have them (RFC 6531 3.2; Exim chapter 60).</summary>
static class Utf8Envelope
{
    /// <summary>RFC 6531 3.5: the status of mail that cannot be sent on as it is.</summary>
    static readonly PeerReply NotSupported = new(550, "550 5.6.7 SMTPUTF8 is not supported by this server, and the addresses need it");

    /// <summary>The mail to send, perhaps with a-labels; null where the server cannot have it, and the reply that it would give.</summary>
    public static OutgoingMail? For(OutgoingMail mail, PeerExtensions peer, out PeerReply refusal)
    {
        refusal = NotSupported;
        var needed = mail.IsUtf8 && !(Ascii.IsValid(mail.ReturnPath) && mail.Recipients.All(r => Ascii.IsValid(r)));
        if (!needed) return mail;
        if (mail.Downconvert != "1" && peer.SmtpUtf8) return mail;
        if (mail.Downconvert is not ("1" or "-1")) return null;
        var (path, recipients) = (AsciiForm(mail.ReturnPath), mail.Recipients.Select(AsciiForm).ToList());
        return path is null || recipients.Contains(null) ? null : mail with { IsUtf8 = false, ReturnPath = path, Recipients = recipients! };
    }

    /// <summary>With a-labels on both sides; null where there is no such form.</summary>
    public static string? AsciiForm(string address)
    {
        if (Ascii.IsValid(address)) return address;
        var parts = MailAddress.Split(address);
        return LabelOperators.ToLabels(parts.Domain, out _) is { } domain && LabelOperators.ToLabel(parts.LocalPart, out _) is { } local ? new MailAddress(local, domain).ToString() : null;
    }
}
