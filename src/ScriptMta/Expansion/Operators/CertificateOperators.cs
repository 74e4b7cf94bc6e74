using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScriptMta.Expansion;

/// <summary>md5, sha1, sha256 and base64 of a certificate variable by itself: the digest, in upper case, or the text of the whole certificate (Exim 11.6).</summary>
static class CertificateOperators
{
    static readonly Dictionary<string, Func<byte[], string>> Rows = new(StringComparer.Ordinal)
    {
        ["md5"] = data => Convert.ToHexString(MD5.HashData(data)),
        ["sha1"] = data => Convert.ToHexString(SHA1.HashData(data)),
        ["sha256"] = data => Convert.ToHexString(SHA256.HashData(data)),
        ["base64"] = Convert.ToBase64String,
    };

    /// <summary>Reads "$tls_in_peercert}" and its like; null, and nothing read, when something else stands there.</summary>
    public static Node? Read(TemplateReader reader, ReadOnlySpan<char> name)
    {
        var rest = reader.Text.AsSpan(reader.At);
        if (!rest.StartsWith("$tls_") || rest.IndexOf('}') is not (> 0 and var end) || !TlsVariables.IsCertificate(rest[1..end])) return null;
        if (!Rows.TryGetValue(name.ToString(), out var print)) return null;
        reader.At += end + 1;
        return new CertificateNode(rest[1..end].ToString(), print);
    }
}

sealed class CertificateNode(string variable, Func<byte[], string> print) : Node
{
    public override ExpandedKind Append(Evaluation evaluation) =>
        evaluation.Append(print(evaluation.Context.Certificates.TryGetValue(variable, out var certificate) ? certificate.RawData : []));
}
