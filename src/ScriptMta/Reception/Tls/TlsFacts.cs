using System.Globalization;
using ScriptMta.Expansion;
using ScriptMta.Network;

namespace ScriptMta.Reception;

/// <summary>What rules see of a TLS session: the variables $tls_in_… (Exim 11.9).</summary>
static class TlsFacts
{
    /// <summary>The bits of $tls_in_resumption.</summary>
    const int CanResume = 1, ClientAsked = 4, TicketSent = 8, Resumed = 16;

    public static void Note(ExpansionContext context, TlsSession session)
    {
        var peer = context.Connection;
        peer.TlsCipher = session.Text;
        Set("bits", session.Bits.ToString(CultureInfo.InvariantCulture));
        Set("cipher_std", session.Standard);
        Set("ver", session.Version);
        Set("certificate_verified", session.IsPeerVerified ? "1" : "0");
        Set("resumption", Resumption(session).ToString(CultureInfo.InvariantCulture));
        peer.SetTls("sni", Value.Tainted(session.Sni));
        if (session.Peer is { } certificate) peer.SetTls("peerdn", Value.Tainted(CertificateName.Print(certificate.SubjectName, null) ?? ""));
        if (session.Own is { } own) context.Certificates["tls_in_ourcert"] = own;
        if (session.Peer is { } theirs) context.Certificates["tls_in_peercert"] = theirs;

        void Set(string name, string value) => peer.SetTls(name, Value.Clean(value));
    }

    public static string Text(ConnectionFacts peer, string name) => peer.Tls is { } known && known.TryGetValue(name, out var value) ? value.Text : "";

    public static bool IsResumed(ConnectionFacts peer) => int.TryParse(Text(peer, "resumption"), out var bits) && (bits & Resumed) != 0;

    static int Resumption(TlsSession session) =>
        CanResume | (session.OfferedSession ? ClientAsked : 0) | (session.MayResume ? TicketSent : 0) | (session.IsResumed ? Resumed : 0);
}
