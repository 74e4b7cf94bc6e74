using System.Globalization;
using ScriptMta.Expansion;
using ScriptMta.Network;

namespace ScriptMta.Transports;

/// <summary>What later expansions see of TLS with the host that is called: $tls_out_… (Exim 11.9), and the old names without direction (30.3).</summary>
static class TlsOutFacts
{
    /// <summary>The bits of $tls_out_resumption: we can; we asked; the host gave a ticket; it went on with a session.</summary>
    const int CanResume = 1, ClientAsked = 2, Resumed = 16;

    static readonly string[] Shared = ["bits", "certificate_verified", "cipher", "peerdn", "sni"];
    static readonly string[] Names = [.. Shared, "cipher_std", "ver", "resumption", "ocsp", "dane", "tlsa_usage"];

    /// <param name="session">Null = none: all are emptied.</param>
    public static void Note(ExpansionContext context, TlsSession? session)
    {
        foreach (var name in Names) context.Variables.Remove("tls_out_" + name);
        foreach (var name in Shared) context.Variables["tls_" + name] = Value.Empty;
        context.Certificates.Remove("tls_out_ourcert");
        context.Certificates.Remove("tls_out_peercert");
        if (session is null) return;
        Set("bits", Number(session.Bits));
        Set("cipher", session.Text);
        Set("cipher_std", session.Standard);
        Set("ver", session.Version);
        Set("certificate_verified", session.IsPeerVerified ? "1" : "0");
        Set("resumption", Number(Resumption(session)));
        Set("dane", session.IsDane ? "yes" : "no");
        if (session.IsDane) Set("tlsa_usage", Number(session.TlsaUsages));
        SetValue("sni", Value.Clean(session.Sni));
        SetValue("peerdn", Value.Tainted(PeerName(session)));
        if (session.Own is { } own) context.Certificates["tls_out_ourcert"] = own;
        if (session.Peer is { } peer) context.Certificates["tls_out_peercert"] = peer;

        void Set(string name, string text) => SetValue(name, Value.Clean(text));

        void SetValue(string name, Value value)
        {
            context.Variables["tls_out_" + name] = value;
            if (Array.IndexOf(Shared, name) >= 0) context.Variables["tls_" + name] = value;
        }
    }

    public static string PeerName(TlsSession session) => session.Peer is { } peer ? CertificateName.Print(peer.SubjectName, null) ?? "" : "";

    static int Resumption(TlsSession session) => CanResume | (session.OfferedSession ? ClientAsked : 0) | (session.IsResumed ? Resumed : 0);

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
