namespace ScriptMta.Network;

/// <summary>Why a server's certificate does not count; the kinds are those that TLS reports tell apart (RFC 8460 4.3).</summary>
enum CertificateFault { None, HostMismatch, Expired, NotTrusted, Invalid }

/// <summary>Whether a server's certificate is what it must be. Text is for the log; empty when it is.</summary>
sealed record PeerVerdict(CertificateFault Fault, string Text = "")
{
    public static readonly PeerVerdict Good = new(CertificateFault.None);

    public bool IsGood => Fault == CertificateFault.None;
}
