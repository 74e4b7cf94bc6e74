using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Network;

/// <summary>Certificate revocation lists from a PEM file (RFC 5280 5.1). The file is the administrator's, so whose signature it has is not checked.</summary>
sealed class RevocationList
{
    readonly HashSet<(string Issuer, BigInteger Serial)> _revoked = [];

    /// <summary>Throws IOException, UnauthorizedAccessException or CryptographicException.</summary>
    public static RevocationList Load(string file)
    {
        var (list, text, found) = (new RevocationList(), File.ReadAllText(file), false);
        for (var rest = text.AsSpan(); PemEncoding.TryFind(rest, out var fields); rest = rest[fields.Location.End..])
        {
            if (rest[fields.Label] is not "X509 CRL") continue;
            found = true;
            try { list.Read(Convert.FromBase64String(rest[fields.Base64Data].ToString())); }
            catch (AsnContentException error) { throw new CryptographicException("malformed revocation list", error); }
        }
        return found ? list : throw new CryptographicException("no revocation list in PEM form");
    }

    public bool Holds(X509Certificate2 certificate) => _revoked.Contains((Convert.ToHexString(certificate.IssuerName.RawData), new BigInteger(certificate.SerialNumberBytes.Span, isUnsigned: false, isBigEndian: true)));

    void Read(byte[] encoded)
    {
        var body = new AsnReader(encoded, AsnEncodingRules.DER).ReadSequence().ReadSequence();
        if (body.PeekTag().HasSameClassAndValue(Asn1Tag.Integer)) body.ReadInteger();
        body.ReadSequence(); // the signature's algorithm
        var issuer = Convert.ToHexString(body.ReadEncodedValue().Span);
        while (body.HasData && body.PeekTag().TagValue is (int)UniversalTagNumber.UtcTime or (int)UniversalTagNumber.GeneralizedTime) body.ReadEncodedValue();
        if (!body.HasData || !body.PeekTag().HasSameClassAndValue(Asn1Tag.Sequence)) return;
        for (var entries = body.ReadSequence(); entries.HasData;) _revoked.Add((issuer, entries.ReadSequence().ReadInteger()));
    }
}
