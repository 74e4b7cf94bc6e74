using System.Security.Cryptography;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>${hmac{hash}{secret}{text}} (RFC 2104). Exim knows md5 and sha1; the others are ours, under the names that the operators have.</summary>
static class MessageCodeItem
{
    public static ExpandedKind Run(Evaluation evaluation, Value[] arguments)
    {
        var code = Compute(arguments[0].Text, Latin1.Encode(arguments[1].Text), Latin1.Encode(arguments[2].Text));
        return code is null ? evaluation.Fail($"hmac algorithm \"{arguments[0].Text}\" is not recognised") : evaluation.Append(Convert.ToHexStringLower(code));
    }

    static byte[]? Compute(string hash, byte[] key, byte[] data) => hash switch
    {
        "md5" => HMACMD5.HashData(key, data),
        "sha1" => HMACSHA1.HashData(key, data),
        "sha256" or "sha2" or "sha2_256" => HMACSHA256.HashData(key, data),
        "sha2_384" => HMACSHA384.HashData(key, data),
        "sha512" or "sha2_512" => HMACSHA512.HashData(key, data),
        "sha3" or "sha3_256" => Sha3(key, data, 256),
        "sha3_224" => Sha3(key, data, 224),
        "sha3_384" => Sha3(key, data, 384),
        "sha3_512" => Sha3(key, data, 512),
        _ => null,
    };

    /// <summary>FIPS 202 names the block that the key is padded to: the sponge's rate.</summary>
    static byte[] Sha3(byte[] key, byte[] data, int bits)
    {
        var block = Keccak.Rate(bits);
        if (key.Length > block) key = Keccak.Sha3(key, bits);
        var (inner, outer) = (new byte[block], new byte[block]);
        for (var i = 0; i < block; i++)
        {
            var c = i < key.Length ? key[i] : (byte)0;
            (inner[i], outer[i]) = ((byte)(c ^ 0x36), (byte)(c ^ 0x5c));
        }
        return Keccak.Sha3([.. outer, .. Keccak.Sha3([.. inner, .. data], bits)], bits);
    }
}
