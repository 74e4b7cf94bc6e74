using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Network;

/// <summary>A server's certificate with its key and the chain that is sent along; the context also holds what lets sessions be resumed, so it is shared by all connections.</summary>
sealed class ServerCertificate
{
    const string Mismatch = "The certificate and the given key do not match.";

    ServerCertificate(SslStreamCertificateContext context) => Context = context;

    public SslStreamCertificateContext Context { get; }
    public bool IsElliptic => Context.TargetCertificate.GetKeyAlgorithm() == "1.2.840.10045.2.1";

    /// <summary>The first certificate of the file is the server's, the others its chain. Null, and an error in the words of GnuTLS, when the files are no pair.</summary>
    public static ServerCertificate? Load(string certificateFile, string keyFile, out string error)
    {
        error = "";
        var key = "";
        try
        {
            var certificates = File.ReadAllText(certificateFile);
            key = keyFile == certificateFile ? certificates : File.ReadAllText(keyFile);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            if (chain.Count == 0) error = "Base64 decoding error.";
            else return Of(X509Certificate2.CreateFromPem(certificates, key), chain);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { error = "Error while reading file."; }
        // The loader's ways to say that they do not belong together, or that there is no key at all.
        catch (ArgumentException) { error = Mismatch; }
        catch (CryptographicException) { error = key.Contains("PRIVATE KEY-----", StringComparison.Ordinal) && !key.Contains("ENCRYPTED", StringComparison.Ordinal) ? Mismatch : "The requested data were not available."; }
        return null;
    }

    /// <summary>Without a certificate a server still encrypts: RFC 3207 4.1 lets clients not look at it. Valid for a year from a day ago.</summary>
    public static ServerCertificate SelfSigned(string name, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedNameBuilder();
        // The builder puts the last one first.
        subject.AddCommonName(name);
        subject.AddOrganizationName("ScriptMta");
        var request = new CertificateRequest(subject.Build(), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (Uri.CheckHostName(name) == UriHostNameType.Dns) names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        return new(SslStreamCertificateContext.Create(request.CreateSelfSigned(now.AddDays(-1), now.AddDays(366)), null, offline: true));
    }

    static ServerCertificate Of(X509Certificate2 own, X509Certificate2Collection chain)
    {
        chain.RemoveAt(0);
        return new(SslStreamCertificateContext.Create(own, chain, offline: true));
    }
}
