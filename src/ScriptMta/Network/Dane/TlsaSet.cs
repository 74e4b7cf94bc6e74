using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Dns;

namespace ScriptMta.Network;

/// <summary>
/// The TLSA records of a server as mail uses them (RFC 7672 3.1): of usages DANE-TA(2) and DANE-EE(3) only, and of several digests of the same thing the strongest (RFC 7671 9). What is
/// malformed is left out; with nothing left (<see cref="IsUsable"/> false) TLS is still required, without a certificate that could be checked (RFC 7672 2.2).
/// </summary>
sealed class TlsaSet
{
    const int TrustAnchor = 2, EndEntity = 3, WholeCertificate = 0, PublicKeyInfo = 1, Exact = 0, Sha256 = 1, Sha512 = 2;

    readonly ImmutableArray<TlsaRecord> _usable;

    public TlsaSet(IEnumerable<TlsaRecord> records)
    {
        Records = [.. records];
        var formed = Records.Where(IsUsableRecord).Distinct().ToList();
        _usable = [.. formed.Where(r => r.MatchingType == Exact || !formed.Exists(o => o.Usage == r.Usage && o.Selector == r.Selector && o.MatchingType > r.MatchingType))];
    }

    /// <summary>As the DNS gave them.</summary>
    public ImmutableArray<TlsaRecord> Records { get; }
    public bool IsUsable => !_usable.IsEmpty;

    /// <summary>$tls_out_tlsa_usage: a bit for each usage among the records that count.</summary>
    public int UsageBits => _usable.Aggregate(0, (bits, r) => bits | 1 << r.Usage);

    public bool NamesEndEntity(X509Certificate2 leaf) => _usable.Any(r => r.Usage == EndEntity && Matches(r, leaf));

    public bool NamesTrustAnchor(X509Certificate2 issuer) => _usable.Any(r => r.Usage == TrustAnchor && Matches(r, issuer));

    /// <summary>Trust anchors that the DNS holds whole; the server need not send those.</summary>
    public IEnumerable<X509Certificate2> TrustAnchors() =>
        _usable.Where(r => r is { Usage: TrustAnchor, Selector: WholeCertificate, MatchingType: Exact }).Select(r => X509CertificateLoader.LoadCertificate(r.Data.AsSpan()));

    /// <summary>RFC 6698 2.1.</summary>
    static bool Matches(TlsaRecord record, X509Certificate2 certificate)
    {
        var selected = record.Selector == WholeCertificate ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return record.Data.AsSpan().SequenceEqual(record.MatchingType switch { Sha256 => SHA256.HashData(selected), Sha512 => SHA512.HashData(selected), _ => selected });
    }

    static bool IsUsableRecord(TlsaRecord record) => record is { Usage: TrustAnchor or EndEntity, Selector: WholeCertificate or PublicKeyInfo } && record.MatchingType switch
    {
        Sha256 => record.Data.Length == SHA256.HashSizeInBytes,
        Sha512 => record.Data.Length == SHA512.HashSizeInBytes,
        Exact => record.Selector == WholeCertificate ? IsCertificate(record.Data.AsSpan()) : IsPublicKey(record.Data.AsSpan()),
        _ => false,
    };

    static bool IsCertificate(ReadOnlySpan<byte> data)
    {
        try { using var _ = X509CertificateLoader.LoadCertificate(data); return true; }
        catch (CryptographicException) { return false; }
    }

    static bool IsPublicKey(ReadOnlySpan<byte> data)
    {
        try
        {
            System.Security.Cryptography.X509Certificates.PublicKey.CreateFromSubjectPublicKeyInfo(data, out var read);
            return read == data.Length;
        }
        catch (CryptographicException) { return false; }
    }
}
