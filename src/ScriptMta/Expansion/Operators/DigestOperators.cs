using System.Security.Cryptography;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Cryptographic digests, printed as Exim prints them: MD5 in lower case, the others in upper case.</summary>
static class DigestOperators
{
    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("md5", new((e, value, _) => Digest.Append(e, value.Text, HashAlgorithmName.MD5, lowerCase: true))),
        new("sha1", new((e, value, _) => Digest.Append(e, value.Text, HashAlgorithmName.SHA1))),
        new("sha256", new((e, value, argument) => Sha2(e, value, argument ?? "256"))),
        new("sha2", new(Sha2)),
        new("sha3", new(Sha3)),
    ];

    static ExpandedKind Sha2(Evaluation evaluation, Value value, string? argument) => argument switch
    {
        null or "256" => Digest.Append(evaluation, value.Text, HashAlgorithmName.SHA256),
        "384" => Digest.Append(evaluation, value.Text, HashAlgorithmName.SHA384),
        "512" => Digest.Append(evaluation, value.Text, HashAlgorithmName.SHA512),
        _ => evaluation.Fail("unrecognised sha2 variant"),
    };

    static ExpandedKind Sha3(Evaluation evaluation, Value value, string? argument)
    {
        var bits = argument switch { null or "256" => 256, "224" => 224, "384" => 384, "512" => 512, _ => 0 };
        return bits == 0 ? evaluation.Fail("unrecognised sha3 variant") : evaluation.Append(Convert.ToHexString(Keccak.Sha3(Latin1.Encode(value.Text), bits)));
    }
}
