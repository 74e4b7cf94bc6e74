using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Tests.Spool;

namespace ScriptMta.Tests.Network.Tls;

/// <summary>Throw-away certificates, as PEM files in a folder of their own: an authority, and what it signs.</summary>
sealed class TestCertificates : IDisposable
{
    static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), Until = new(2090, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly TemporaryDirectory _directory = new();
    readonly X509Certificate2 _authority;
    byte _serial;

    public TestCertificates()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(From, Until);
        Write("ca.pem", _authority.ExportCertificatePem());
    }

    public string In(string name) => Path.Combine(_directory.Path, name);
    public string Authority => In("ca.pem");

    /// <summary>NAME.pem with the certificate and NAME.key with its key; returns the certificate with its key.</summary>
    public X509Certificate2 Make(string name, string subject, bool rsa = false, X509Certificate2? issuer = null, bool isAuthority = false)
    {
        using AsymmetricAlgorithm key = rsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA r ? new CertificateRequest(subject, r, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1) : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        if (isAuthority) request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var signer = issuer ?? _authority;
        var generator = X509SignatureGenerator.CreateForECDsa(signer.GetECDsaPrivateKey()!);
        using var signed = request.Create(signer.SubjectName, generator, From, Until, [++_serial]);
        Write(name + ".pem", signed.ExportCertificatePem());
        Write(name + ".key", key is RSA r2 ? r2.ExportPkcs8PrivateKeyPem() : ((ECDsa)key).ExportPkcs8PrivateKeyPem());
        using var paired = key is RSA r3 ? signed.CopyWithPrivateKey(r3) : signed.CopyWithPrivateKey((ECDsa)key);
        return X509CertificateLoader.LoadPkcs12(paired.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>NAME: the authority's list with one certificate revoked.</summary>
    public void Revoke(string name, X509Certificate2 certificate)
    {
        var list = new CertificateRevocationListBuilder();
        list.AddEntry(certificate);
        var encoded = list.Build(_authority, 1, Until, HashAlgorithmName.SHA256);
        Write(name, PemEncoding.WriteString("X509 CRL", encoded));
    }

    public void Write(string name, string text) => File.WriteAllText(In(name), text + "\n");

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }
}
