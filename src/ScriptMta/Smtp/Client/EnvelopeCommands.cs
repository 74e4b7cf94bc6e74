using System.Text;

namespace ScriptMta.Smtp;

/// <summary>The lines of MAIL and RCPT for one server: parameters only where it offered them, in Exim's order.</summary>
sealed class EnvelopeCommands(OutgoingMail mail, PeerExtensions peer, bool prdr, bool ignoreQuota)
{
    readonly OutgoingReports? _reports = peer.Dsn ? mail.Reports : null;

    public string Mail { get; } = MailLine(mail, peer, prdr);

    public string Rcpt(int index)
    {
        var line = $"RCPT TO:<{mail.Recipients[index]}>";
        if (ignoreQuota && peer.IgnoreQuota) line += " IGNOREQUOTA";
        if (_reports is null) return line;
        var (notify, original) = _reports.Requests[index];
        return line + (string.IsNullOrEmpty(notify) ? "" : " NOTIFY=" + notify) + (string.IsNullOrEmpty(original) ? "" : " ORCPT=" + original);
    }

    /// <summary>How failures name the command.</summary>
    public string RcptShown(int index) => $"RCPT TO:<{mail.Recipients[index]}>";

    static string MailLine(OutgoingMail mail, PeerExtensions peer, bool prdr)
    {
        var line = new StringBuilder("MAIL FROM:<", 96).Append(mail.ReturnPath).Append('>');
        if (mail.SizeToDeclare > 0 && peer.Size) line.Append(" SIZE=").Append(mail.SizeToDeclare);
        if (mail.EightBit && peer.EightBitMime) line.Append(" BODY=8BITMIME");
        if (prdr) line.Append(" PRDR");
        if (mail.IsUtf8 && peer.SmtpUtf8) line.Append(" SMTPUTF8");
        if (mail.RequiresTls) line.Append(" REQUIRETLS");
        if (peer.Dsn && mail.Reports is { } reports)
        {
            if (reports.Return.Length > 0) line.Append(" RET=").Append(reports.Return);
            if (reports.EnvelopeId.Length > 0) line.Append(" ENVID=").Append(reports.EnvelopeId);
        }
        return (mail.AuthenticatedSender is { } sender ? line.Append(" AUTH=").Append(sender) : line).ToString();
    }
}
