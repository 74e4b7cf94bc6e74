using System.Text;
using ScriptMta.Logging;
using ScriptMta.Smtp;

namespace ScriptMta.Transports;

/// <summary>X=, CV=, DN= and A= of a delivery's log line (Exim 53.9), each with a space before it, as selected; empty in plain text and without AUTH.</summary>
static class SecurityFields
{
    public static string Of(SmtpPeer peer, LogOptions log)
    {
        if (peer.Tls is null && peer.Login is null) return "";
        var text = new StringBuilder();
        if (peer.Tls is { } tls)
        {
            if (log.Has("tls_cipher")) text.Append(" X=").Append(tls.Text).Append(log.Has("tls_resumption") && tls.IsResumed ? "*" : "");
            if (log.Has("tls_certificate_verified")) text.Append(" CV=").Append(!tls.IsPeerVerified ? "no" : tls.IsDane ? "dane" : "yes");
            if (log.Has("tls_peerdn") && TlsOutFacts.PeerName(tls) is { Length: > 0 } name) text.Append(" DN=\"").Append(MailLog.Escape(name).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        }
        if (peer.Login is { } login) text.Append(" A=").Append(login.Name).Append(login.Id.Length > 0 ? ":" + MailLog.Escape(login.Id) : "");
        return text.ToString();
    }
}
