using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Network;

/// <summary>Whether the certificates that a server sent are those that its TLSA records name (RFC 7671 5, RFC 7672 3). Nothing is fetched, and no authority of this machine counts.</summary>
static class DaneCheck
{
    const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Certificates looked at; real chains have three or four, and what is sent is the server's choice.</summary>
    const int MostSent = 20;

    /// <summary>Of an anchor: that nobody else vouches for it. All else that can be wrong with a certificate counts.</summary>
    const X509ChainStatusFlags Unanchored = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    /// <param name="sent">What the server sent, the leaf perhaps among it.</param>
    /// <param name="names">Of which the certificate must have one where an issuer is named (usage 2); usage 3 asks for no name and no date (RFC 7672 3.1.1).</param>
    public static PeerVerdict Check(TlsaSet records, X509Certificate2 leaf, IReadOnlyCollection<X509Certificate2> sent, IReadOnlyCollection<string> names, DateTimeOffset now)
    {
        if (records.NamesEndEntity(leaf)) return PeerVerdict.Good;
        var known = records.TrustAnchors().ToList();
        var others = sent.Take(MostSent).Concat(known).Where(c => !c.RawDataMemory.Span.SequenceEqual(leaf.RawDataMemory.Span)).DistinctBy(c => c.Thumbprint).ToList();
        var best = new PeerVerdict(CertificateFault.Invalid, "no TLSA record matches the certificate");
        foreach (var anchor in others.Where(records.NamesTrustAnchor))
        {
            var verdict = Below(anchor, leaf, others, names, now);
            if (verdict.IsGood) return verdict;
            best = verdict;
        }
        return best;
    }

    static PeerVerdict Below(X509Certificate2 anchor, X509Certificate2 leaf, List<X509Certificate2> others, IReadOnlyCollection<string> names, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy = new X509ChainPolicy
        {
            DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck, TrustMode = X509ChainTrustMode.CustomRootTrust,
            VerificationFlags = X509VerificationFlags.AllowUnknownCertificateAuthority, VerificationTime = now.LocalDateTime,
        };
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.ChainPolicy.ExtraStore.AddRange(others.ToArray());
        if (IsSelfIssued(anchor)) chain.ChainPolicy.CustomTrustStore.Add(anchor);
        chain.Build(leaf);
        var faults = X509ChainStatusFlags.NoError;
        foreach (var element in chain.ChainElements)
        {
            var isAnchor = element.Certificate.RawDataMemory.Span.SequenceEqual(anchor.RawDataMemory.Span);
            foreach (var status in element.ChainElementStatus) faults |= isAnchor ? status.Status & ~Unanchored : status.Status;
            if (!isAnchor) continue;
            if (faults == X509ChainStatusFlags.NotTimeValid) return new(CertificateFault.Expired, "a certificate of the chain has expired or is not valid yet");
            if (faults != X509ChainStatusFlags.NoError) return new(CertificateFault.NotTrusted, $"the chain to the trust anchor is not good ({faults})");
            return names.Any(name => HasName(leaf, name)) ? PeerVerdict.Good : new(CertificateFault.HostMismatch, $"the certificate is for none of {string.Join(", ", names)}");
        }
        return new(CertificateFault.NotTrusted, "the certificate was not issued by the trust anchor that a TLSA record names");
    }

    static bool IsSelfIssued(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);

    /// <summary>RFC 6125 6.4 by way of RFC 7672 3.2.2: names of the subject alternatives, the common name only without those; a wildcard is a whole first label.</summary>
    public static bool HasName(X509Certificate2 certificate, string name)
    {
        try { return certificate.MatchesHostname(name); }
        catch (Exception error) when (error is ArgumentException or CryptographicException) { return false; } // no name that a certificate could have, or a malformed extension
    }
}
