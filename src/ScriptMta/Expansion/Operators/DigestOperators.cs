using System.Security.Cryptography;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>Cryptographic digests, printed as Exim prints them: MD5 in lower case, the others in upper case.</summary>
static class DigestOperators
{
    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("md5", new((e, value, _) => e.Append(Convert.ToHexStringLower(MD5.HashData(Latin1.Encode(value.Text)))))),
        new("sha1", new((e, value, _) => e.Append(Convert.ToHexString(SHA1.HashData(Latin1.Encode(value.Text)))))),
        new("sha256", new((e, value, argument) => Sha2(e, value, argument ?? "256"))),
        new("sha2", new(Sha2)),
        new("sha3", new(Sha3)),
    ];

    static ExpandedKind Sha2(Evaluation evaluation, Value value, string? argument)
    {
        var data = Latin1.Encode(value.Text);
        return argument switch
        {
            null or "256" => evaluation.Append(Convert.ToHexString(SHA256.HashData(data))),
            "384" => evaluation.Append(Convert.ToHexString(SHA384.HashData(data))),
            "512" => evaluation.Append(Convert.ToHexString(SHA512.HashData(data))),
            _ => evaluation.Fail("unrecognised sha2 variant"),
        };
    }

    static ExpandedKind Sha3(Evaluation evaluation, Value value, string? argument)
    {
        var bits = argument switch { null or "256" => 256, "224" => 224, "384" => 384, "512" => 512, _ => 0 };
        return bits == 0 ? evaluation.Fail("unrecognised sha3 variant") : evaluation.Append(Convert.ToHexString(Keccak.Sha3(Latin1.Encode(value.Text), bits)));
    }
}
