using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Network;

/// <summary>Whom a peer's certificate must come from: tls_verify_certificates and tls_crl. Nothing is ever fetched from the network.</summary>
sealed class PeerTrust
{
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1", ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    readonly X509Certificate2Collection? _trusted;
    readonly RevocationList? _revoked;

    PeerTrust(X509Certificate2Collection? trusted, RevocationList? revoked) => (_trusted, _revoked) = (trusted, revoked);

    /// <param name="source">A file of certificates, a directory of such files, or "system".</param>
    public static PeerTrust? Load(string source, string? revocationFile, out string error)
    {
        error = "";
        try
        {
            var revoked = string.IsNullOrEmpty(revocationFile) ? null : RevocationList.Load(revocationFile);
            return new(source == "system" ? null : Read(source), revoked);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException)
        {
            error = fault is CryptographicException ? "Error in parsing." : "Error while reading file.";
            return null;
        }
    }

    /// <summary>For the platform's own check of the chain of a client that calls us, or of a server that we call.</summary>
    public X509ChainPolicy Policy(bool ofServer = false)
    {
        var policy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck };
        policy.ApplicationPolicy.Add(new Oid(ofServer ? ServerAuthentication : ClientAuthentication));
        if (_trusted is null) return policy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(_trusted);
        policy.ExtraStore.AddRange(_trusted);
        return policy;
    }

    /// <summary>Whether the certificate counts: by a chain to a trusted one, or because it is one of those itself; and nothing in the chain is revoked.</summary>
    public bool Accepts(X509Certificate2 peer, X509Chain? chain, bool chainIsGood)
    {
        if (!chainIsGood && !IsTrustedItself(peer, chain)) return false;
        return _revoked is null || (!_revoked.Holds(peer) && (chain is null || !chain.ChainElements.Any(e => _revoked.Holds(e.Certificate))));
    }

    /// <summary>Its chain may then be incomplete, and nothing else wrong with it.</summary>
    bool IsTrustedItself(X509Certificate2 peer, X509Chain? chain) =>
        _trusted is not null && _trusted.Contains(peer) && (chain is null || chain.ChainStatus.All(s => s.Status is X509ChainStatusFlags.PartialChain or X509ChainStatusFlags.UntrustedRoot));

    static X509Certificate2Collection Read(string source)
    {
        var found = new X509Certificate2Collection();
        if (!Directory.Exists(source))
        {
            found.ImportFromPem(File.ReadAllText(source));
            return found.Count > 0 ? found : throw new CryptographicException("no certificate");
        }
        foreach (var file in Directory.EnumerateFiles(source))
            try { found.ImportFromPem(File.ReadAllText(file)); }
            catch (CryptographicException) { /* a directory may hold other files, too, as OpenSSL lets it */ }
        return found;
    }
}
