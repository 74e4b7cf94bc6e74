using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Expansion;

/// <summary>A certificate's signature, and its algorithm under the names that Exim prints.</summary>
static class CertificateSignature
{
    const string ProbabilisticRsa = "1.2.840.113549.1.1.10";

    static readonly Dictionary<string, string> Names = new(StringComparer.Ordinal)
    {
        ["1.2.840.113549.1.1.2"] = "RSA-MD2", ["1.2.840.113549.1.1.4"] = "RSA-MD5", ["1.2.840.113549.1.1.5"] = "RSA-SHA1", ["1.2.840.113549.1.1.14"] = "RSA-SHA224",
        ["1.2.840.113549.1.1.11"] = "RSA-SHA256", ["1.2.840.113549.1.1.12"] = "RSA-SHA384", ["1.2.840.113549.1.1.13"] = "RSA-SHA512",
        ["1.2.840.10045.4.1"] = "ECDSA-SHA1", ["1.2.840.10045.4.3.1"] = "ECDSA-SHA224", ["1.2.840.10045.4.3.2"] = "ECDSA-SHA256", ["1.2.840.10045.4.3.3"] = "ECDSA-SHA384",
        ["1.2.840.10045.4.3.4"] = "ECDSA-SHA512", ["1.2.840.10040.4.3"] = "DSA-SHA1", ["2.16.840.1.101.3.4.3.1"] = "DSA-SHA224", ["2.16.840.1.101.3.4.3.2"] = "DSA-SHA256",
        ["1.3.101.112"] = "EdDSA-Ed25519", ["1.3.101.113"] = "EdDSA-Ed448",
    };

    static readonly Dictionary<string, string> Hashes = new(StringComparer.Ordinal)
    {
        ["2.16.840.1.101.3.4.2.1"] = "SHA256", ["2.16.840.1.101.3.4.2.2"] = "SHA384", ["2.16.840.1.101.3.4.2.3"] = "SHA512",
    };

    public static byte[] Bytes(X509Certificate2 certificate)
    {
        var parts = Parts(certificate);
        parts.ReadEncodedValue();
        return parts.ReadBitString(out _);
    }

    /// <summary>An algorithm without a name of Exim's is printed as its identifier.</summary>
    public static string Algorithm(X509Certificate2 certificate)
    {
        var algorithm = Parts(certificate).ReadSequence();
        var identifier = algorithm.ReadObjectIdentifier();
        if (identifier == ProbabilisticRsa) return "RSA-PSS-" + ProbabilisticHash(algorithm.ReadSequence());
        return Names.GetValueOrDefault(identifier, identifier);
    }

    /// <summary>RFC 4055 3.1: the hash is the first parameter, and SHA-1 without it.</summary>
    static string ProbabilisticHash(AsnReader parameters)
    {
        var hash = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (!parameters.HasData || !parameters.PeekTag().HasSameClassAndValue(hash)) return "SHA1";
        var identifier = parameters.ReadSequence(hash).ReadSequence().ReadObjectIdentifier();
        return Hashes.GetValueOrDefault(identifier, identifier);
    }

    /// <summary>What follows the signed part: the algorithm, then the signature (RFC 5280 4.1).</summary>
    static AsnReader Parts(X509Certificate2 certificate)
    {
        var parts = new AsnReader(certificate.RawData, AsnEncodingRules.DER).ReadSequence();
        parts.ReadEncodedValue();
        return parts;
    }
}
