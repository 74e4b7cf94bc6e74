using System.Net.Security;

namespace ScriptMta.Network;

/// <summary>How we open TLS to one server: what the options and the <see cref="TlsDemand"/> come to for it.</summary>
sealed record TlsClientPlan
{
    /// <summary>The server's name, for the check of names and as the key of sessions.</summary>
    public required string Host { get; init; }
    /// <summary>The name that the server is asked for; empty = none is sent, and no session is resumed.</summary>
    public string Sni { get; init; } = "";
    public TlsPolicy Policy { get; init; } = TlsPolicy.Default;
    /// <summary>Our own certificate, for a server that asks.</summary>
    public ServerCertificate? Certificate { get; init; }
    /// <summary>Whom the server's certificate must come from; null = nobody asks.</summary>
    public PeerTrust? Trust { get; init; }
    /// <summary>A certificate that is not good ends the connection.</summary>
    public bool RequiresPeer { get; init; }
    /// <summary>The certificate must be for <see cref="Host"/> to be good.</summary>
    public bool ChecksName { get; init; }
    public IReadOnlyList<SslApplicationProtocol> Protocols { get; init; } = [];
    public bool RequiresProtocol { get; init; }
    public bool MayResume { get; init; }
    public TlsDemand Demand { get; init; } = TlsDemand.Options;
}
