using System.Net.Security;

namespace ScriptMta.Network;

/// <summary>What the server has decided for one connection once it has heard the client's first words.</summary>
sealed record TlsServerChoice
{
    public required ServerCertificate Certificate { get; init; }
    public TlsPolicy Policy { get; init; } = TlsPolicy.Default;
    /// <summary>Whom client certificates must come from; null = none is asked for.</summary>
    public PeerTrust? Trust { get; init; }
    /// <summary>A client without a good certificate is refused (tls_verify_hosts).</summary>
    public bool RequiresPeer { get; init; }
    /// <summary>Names that a client which names some must have one of; none = names are ignored (RFC 7301).</summary>
    public IReadOnlyList<SslApplicationProtocol> Protocols { get; init; } = [];
    public bool RequiresProtocol { get; init; }
    public bool MayResume { get; init; }
}

/// <summary>How a handshake ended. Reason and Detail are in Exim's words: "TLS error on connection from … (Reason): Detail".</summary>
abstract record TlsOutcome
{
    TlsOutcome() { }
    public sealed record Secured(SslStream Stream, TlsSession Session) : TlsOutcome;
    public sealed record Failed(string Reason, string Detail, string Sni) : TlsOutcome;
}
