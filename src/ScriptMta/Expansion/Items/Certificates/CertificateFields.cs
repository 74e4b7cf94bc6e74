using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>
/// The field selectors of ${certextract}. A selector is known by its beginning, as in Exim ("versionx" is the version), and its modifiers follow a comma. A number with dots is
/// the identifier of an extension, whose bytes are printed in hexadecimal.
/// </summary>
static class CertificateFields
{
    /// <summary>Null when the certificate has no such field.</summary>
    delegate string? FieldReader(X509Certificate2 certificate, string? modifiers, TimeZoneInfo zone);

    static readonly (string Name, FieldReader Read)[] Rows =
    [
        ("version", (certificate, _, _) => certificate.Version.ToString(CultureInfo.InvariantCulture)),
        ("serial_number", (certificate, _, _) => certificate.SerialNumber.TrimStart('0').LowerAscii() is { Length: > 0 } digits ? digits : "0"),
        ("subject", (certificate, modifiers, _) => CertificateName.Print(certificate.SubjectName, modifiers)),
        ("notbefore", (certificate, modifiers, zone) => Time(certificate.NotBefore, modifiers, zone)),
        ("notafter", (certificate, modifiers, zone) => Time(certificate.NotAfter, modifiers, zone)),
        ("issuer", (certificate, modifiers, _) => CertificateName.Print(certificate.IssuerName, modifiers)),
        ("signature", (certificate, _, _) => Hexadecimal(CertificateSignature.Bytes(certificate))),
        ("sig_algorithm", (certificate, _, _) => CertificateSignature.Algorithm(certificate)),
        ("subj_altname", (certificate, modifiers, _) => CertificateExtensions.AlternativeNames(certificate, modifiers)),
        ("ocsp_uri", (certificate, modifiers, _) => CertificateExtensions.StatusServers(certificate, modifiers)),
        ("crl_uri", (certificate, modifiers, _) => CertificateExtensions.RevocationLists(certificate, modifiers)),
    ];

    /// <summary>An error text, or null.</summary>
    public static string? Read(X509Certificate2 certificate, string selector, TimeZoneInfo zone, out string? found)
    {
        found = null;
        try
        {
            if (selector.Length != 0 && char.IsAsciiDigit(selector[0])) return Extension(certificate, selector, out found);
            var row = Array.Find(Rows, row => selector.StartsWith(row.Name, StringComparison.Ordinal));
            if (row.Read is null) return $"bad field selector \"{selector}\" for certextract";
            var rest = selector[row.Name.Length..];
            found = row.Read(certificate, rest.StartsWith(',') ? rest[1..] : null, zone);
            return null;
        }
        catch (AsnContentException error) { return $"certextract: the certificate is malformed: {error.Message}"; } // the reader's only way to say so
    }

    static string? Extension(X509Certificate2 certificate, string identifier, out string? found)
    {
        found = certificate.Extensions.FirstOrDefault(extension => extension.Oid?.Value == identifier) is { } extension ? Hexadecimal(extension.RawData) : null;
        return found is null ? "tls_cert_ext_by_oid: ge0 fail: The requested data were not available." : null;
    }

    /// <summary>Where the zone is not that of GMT, its offset stands for Exim's abbreviation, which the platform does not know.</summary>
    static string Time(DateTime local, string? modifiers, TimeZoneInfo zone)
    {
        var time = new DateTimeOffset(local.ToUniversalTime());
        if (modifiers == "int") return time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        time = TimeZoneInfo.ConvertTime(time, zone);
        var name = time.Offset == TimeSpan.Zero ? "GMT" : (time.Offset < TimeSpan.Zero ? "-" : "+") + time.Offset.ToString("hhmm", CultureInfo.InvariantCulture);
        return time.ToString("MMM ", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2) + time.ToString(" HH:mm:ss yyyy ", CultureInfo.InvariantCulture) + name;
    }

    static string Hexadecimal(byte[] bytes) => string.Join(' ', bytes.Select(one => one.ToString("x2", CultureInfo.InvariantCulture)));
}
