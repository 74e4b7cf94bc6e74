using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Tests.Network;

/// <summary>Makes certificates: authorities, and servers of several names.</summary>
static class DaneCertificates
{
    public static readonly DateTimeOffset Now = new(2030, 6, 1, 12, 0, 0, TimeSpan.Zero);

    public static X509Certificate2 Authority(string name, X509Certificate2? issuer = null) => Make(name, [], issuer, isAuthority: true, Now.AddYears(10));

    /// <param name="names">DNS names; the first is the common name too.</param>
    public static X509Certificate2 Server(X509Certificate2? issuer, params string[] names) => Make(names[0], names, issuer, isAuthority: false, Now.AddYears(1));

    public static X509Certificate2 Expired(X509Certificate2? issuer, params string[] names) => Make(names[0], names, issuer, isAuthority: false, Now.AddDays(-1));

    // For programs that look at the real clock.
    public static X509Certificate2 AuthorityForNow(string name) => Make(name, [], null, isAuthority: true, DateTimeOffset.UtcNow.AddYears(10), DateTimeOffset.UtcNow.AddDays(-30));
    public static X509Certificate2 ServerForNow(X509Certificate2? issuer, params string[] names) => Loaded(Make(names[0], names, issuer, isAuthority: false, DateTimeOffset.UtcNow.AddDays(30), DateTimeOffset.UtcNow.AddDays(-2)));
    public static X509Certificate2 ExpiredNow(X509Certificate2? issuer, params string[] names) => Loaded(Make(names[0], names, issuer, isAuthority: false, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(-2)));

    static X509Certificate2 Loaded(X509Certificate2 made) => X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);

    static X509Certificate2 Make(string common, string[] names, X509Certificate2? issuer, bool isAuthority, DateTimeOffset until, DateTimeOffset? since = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={common}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        if (isAuthority) request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var name in names) alternatives.AddDnsName(name);
            request.CertificateExtensions.Add(alternatives.Build());
        }
        var from = since ?? Now.AddYears(-2);
        if (issuer is null) return request.CreateSelfSigned(from, until);
        // Not the overload that takes a certificate: it refuses issuers that are no authority.
        using var made = request.Create(issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuer.GetECDsaPrivateKey()!), from, until, RandomNumberGenerator.GetBytes(8));
        return made.CopyWithPrivateKey(key);
    }
}
