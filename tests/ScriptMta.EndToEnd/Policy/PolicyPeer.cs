using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Tests.Network;

namespace ScriptMta.EndToEnd;

/// <summary>A Postfix with a certificate of our own authority, which it sends along, and what zones have to say of both.</summary>
sealed class PolicyPeer : IDisposable
{
    public X509Certificate2 Authority { get; } = DaneCertificates.AuthorityForNow("Test Authority");
    public X509Certificate2 Certificate { get; }
    public PostfixPeer Postfix { get; }
    /// <summary>The authority's certificate, for options that name a file.</summary>
    public string AuthorityFile { get; }

    readonly TemporaryFolder _folder = new();

    public PolicyPeer(params string[] names)
    {
        Certificate = DaneCertificates.ServerForNow(Authority, names);
        AuthorityFile = _folder.Write("authority.pem", Authority.ExportCertificatePem());
        using var key = Certificate.GetECDsaPrivateKey()!;
        Postfix = new(chain: key.ExportPkcs8PrivateKeyPem() + "\n" + Certificate.ExportCertificatePem() + "\n" + Authority.ExportCertificatePem() + "\n");
    }

    /// <summary>The lines of a zone for a domain with one host.</summary>
    public static string Domain(string name) => $"{name} IN MX 10 mx.{name}\nmx.{name} IN A 127.0.0.1\n";

    public string Tlsa(string domain, string data) => $"_{Postfix.Port}._tcp.mx.{domain} IN TLSA {data}\n";

    public static string KeyDigest(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo()));

    public TestSite Site(SignedZone zone, string main = "", string transport = "") => new(
        main: $"dns_servers = 127.0.0.1:{zone.Port}\n{main}",
        routers: "dns:\n  driver = dnslookup\n  domains = *.signed.example : *.plain.example\n  self = send\n  transport = out\n  no_more\n",
        transports: $"  port = {Postfix.Port}\n  allow_localhost\n{transport}\n");

    public void Dispose()
    {
        Postfix.Dispose();
        _folder.Dispose();
        Authority.Dispose();
        Certificate.Dispose();
    }
}
