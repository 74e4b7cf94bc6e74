using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>A distinguished name as text (RFC 4514, but in the certificate's own order, as Exim prints it), or as a list of its parts, or of those of one type.</summary>
static class CertificateName
{
    const string Escaped = ",+\"\\<>;";

    static readonly Dictionary<string, string> Types = new(StringComparer.Ordinal)
    {
        ["2.5.4.3"] = "CN", ["2.5.4.4"] = "surName", ["2.5.4.5"] = "serialNumber", ["2.5.4.6"] = "C", ["2.5.4.7"] = "L", ["2.5.4.8"] = "ST", ["2.5.4.9"] = "street",
        ["2.5.4.10"] = "O", ["2.5.4.11"] = "OU", ["2.5.4.12"] = "title", ["2.5.4.13"] = "description", ["2.5.4.15"] = "businessCategory", ["2.5.4.17"] = "postalCode",
        ["2.5.4.20"] = "telephoneNumber", ["2.5.4.41"] = "name", ["2.5.4.42"] = "givenName", ["2.5.4.43"] = "initials", ["2.5.4.44"] = "generationQualifier",
        ["2.5.4.46"] = "dnQualifier", ["2.5.4.65"] = "pseudonym", ["0.9.2342.19200300.100.1.1"] = "UID", ["0.9.2342.19200300.100.1.25"] = "DC",
        ["1.2.840.113549.1.9.1"] = "EMAIL", ["1.3.6.1.4.1.311.60.2.1.1"] = "jurisdictionOfIncorporationLocalityName",
        ["1.3.6.1.4.1.311.60.2.1.2"] = "jurisdictionOfIncorporationStateOrProvinceName", ["1.3.6.1.4.1.311.60.2.1.3"] = "jurisdictionOfIncorporationCountryName",
    };

    public static string? Print(X500DistinguishedName name, string? modifiers)
    {
        var parts = Parts(name.RawData);
        if (modifiers is null) return string.Join(',', parts);
        var (separator, type) = CertificateExtensions.Modifiers(modifiers);
        var chosen = parts.Select(part => part.Replace("\\,", ",", StringComparison.Ordinal));
        if (type is not null) chosen = chosen.Where(part => part.StartsWith(type + "=", StringComparison.Ordinal)).Select(part => part[(type.Length + 1)..]);
        return CertificateExtensions.List(chosen, separator);
    }

    static List<string> Parts(byte[] name)
    {
        var parts = new List<string>();
        var sequence = new AsnReader(name, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            var set = sequence.ReadSetOf(skipSortOrderValidation: true);
            var attributes = new List<string>();
            while (set.HasData) attributes.Add(Attribute(set.ReadSequence()));
            parts.Add(string.Join('+', attributes));
        }
        return parts;
    }

    /// <summary>What has no name or is no text stands in hexadecimal.</summary>
    static string Attribute(AsnReader attribute)
    {
        var identifier = attribute.ReadObjectIdentifier();
        var encoded = attribute.PeekEncodedValue();
        if (!Types.TryGetValue(identifier, out var type) || !AsnText.TryRead(attribute, out var text))
            return $"{type ?? identifier}=#{Convert.ToHexStringLower(encoded.Span)}";
        return $"{type}={Escape(Latin1.FromUnicode(text))}";
    }

    static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length + 4);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var atEdge = (i == 0 && c is ' ' or '#') || (i == text.Length - 1 && c == ' ');
            if (atEdge || Escaped.Contains(c)) escaped.Append('\\');
            escaped.Append(c);
        }
        return escaped.ToString();
    }
}

/// <summary>The string types of ASN.1, of which certificates use several.</summary>
static class AsnText
{
    static readonly UniversalTagNumber[] Kinds =
    [
        UniversalTagNumber.UTF8String, UniversalTagNumber.PrintableString, UniversalTagNumber.IA5String, UniversalTagNumber.BMPString, UniversalTagNumber.T61String,
        UniversalTagNumber.NumericString, UniversalTagNumber.VisibleString,
    ];

    public static bool TryRead(AsnReader reader, out string text)
    {
        text = "";
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.Universal || Array.IndexOf(Kinds, (UniversalTagNumber)tag.TagValue) < 0) return false;
        text = reader.ReadCharacterString((UniversalTagNumber)tag.TagValue);
        return true;
    }
}
