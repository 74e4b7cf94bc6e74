using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Network;

/// <summary>What a handshake agreed on. Ciphers have OpenSSL's names, as an Exim with OpenSSL logs them; Standard is IANA's.</summary>
sealed record TlsSession
{
    /// <summary>TLS1.2 or TLS1.3.</summary>
    public required string Version { get; init; }
    public required string Cipher { get; init; }
    public required string Standard { get; init; }
    public required int Bits { get; init; }
    /// <summary>The name that the client asked for; empty without one.</summary>
    public string Sni { get; init; } = "";
    /// <summary>The application protocol agreed on; empty without one.</summary>
    public string Protocol { get; init; } = "";
    public bool IsResumed { get; init; }
    public bool OfferedSession { get; init; }
    public bool MayResume { get; init; }
    public X509Certificate2? Own { get; init; }
    public X509Certificate2? Peer { get; init; }
    public bool IsPeerVerified { get; init; }
    /// <summary>By TLSA records (RFC 7672).</summary>
    public bool IsDane { get; init; }
    /// <summary>The usage of the TLSA record that matched.</summary>
    public int TlsaUsages { get; init; }
    /// <summary>We called: the peer is the server.</summary>
    public bool IsClient { get; init; }

    /// <summary>Exim's $tls_in_cipher: version, name and bits.</summary>
    public string Text => $"{Version}:{Cipher}:{Bits}";

    /// <summary>RFC 5929 4.1, tls-server-end-point: the hash of the server's certificate with the hash function of its signature, SHA-256 where that is weaker or has none.</summary>
    public byte[] ServerEndPoint()
    {
        if ((IsClient ? Peer : Own) is not { } server) return [];
        return server.SignatureAlgorithm.Value switch
        {
            "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => SHA384.HashData(server.RawData),
            "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => SHA512.HashData(server.RawData),
            _ => SHA256.HashData(server.RawData),
        };
    }

    public static TlsSession Of(SslStream stream)
    {
        var suite = CipherSuites.Find(stream.NegotiatedCipherSuite);
        return new()
        {
            Version = stream.SslProtocol == SslProtocols.Tls13 ? "TLS1.3" : stream.SslProtocol == SslProtocols.Tls12 ? "TLS1.2" : stream.SslProtocol.ToString(),
            Cipher = suite?.Name ?? stream.NegotiatedCipherSuite.ToString(), Standard = stream.NegotiatedCipherSuite.ToString(), Bits = suite?.Bits ?? CipherSuites.BitsOf(stream.NegotiatedCipherSuite.ToString()),
            Sni = stream.TargetHostName, Protocol = System.Text.Encoding.Latin1.GetString(stream.NegotiatedApplicationProtocol.Protocol.Span),
            Own = stream.LocalCertificate as X509Certificate2, Peer = stream.RemoteCertificate as X509Certificate2,
        };
    }
}
