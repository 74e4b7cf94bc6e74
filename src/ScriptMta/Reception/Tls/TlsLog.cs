using System.Text;
using ScriptMta.Expansion;
using ScriptMta.Logging;

namespace ScriptMta.Reception;

/// <summary>TLS in the logs: what went wrong, and the fields X=, CV=, DN= and SNI= (Exim 53.9).</summary>
static class TlsLog
{
    public const string NoCertificate = "Warning: No server certificate defined; will use a selfsigned one. Suggested action: either install a certificate or change tls_advertise_hosts option";

    public static void Failed(SmtpSession session, string reason, string detail) => Error(session, $"({reason}): {detail}");

    public static void ExpansionFailed(SmtpSession session, string option, string error)
    {
        session.Rules.Environment.Log.Panic(null, $"expansion of {option} failed: {error}");
        Error(session, "Internal error");
    }

    static void Error(SmtpSession session, string what) =>
        session.Rules.Environment.Log.Main(null, $"TLS error on connection from {session.Log.Host} {MailLog.Escape(what)}");

    /// <summary>Each with a space before it, as selected; empty in plain text.</summary>
    public static string Fields(ConnectionFacts peer, LogOptions options)
    {
        if (peer.Tls is null) return "";
        var text = new StringBuilder();
        if (peer.TlsCipher.Length > 0)
        {
            if (options.Has("tls_cipher")) text.Append(" X=").Append(peer.TlsCipher).Append(options.Has("tls_resumption") && TlsFacts.IsResumed(peer) ? "*" : "");
            if (options.Has("tls_certificate_verified")) text.Append(" CV=").Append(TlsFacts.Text(peer, "certificate_verified") == "1" ? "yes" : "no");
        }
        if (options.Has("tls_peerdn") && TlsFacts.Text(peer, "peerdn") is { Length: > 0 } name) text.Append(" DN=\"").Append(MailLog.Escape(name).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        if (options.Has("tls_sni") && TlsFacts.Text(peer, "sni") is { Length: > 0 } sni) text.Append(" SNI=").Append(MailLog.Escape(sni));
        return text.ToString();
    }
}
