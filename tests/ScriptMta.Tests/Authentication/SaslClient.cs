using System.Security.Cryptography;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Tests.Authentication;

/// <summary>What a client of a mechanism says, made by hand from its RFC.</summary>
static class SaslClient
{
    public static string Base64(string text) => Convert.ToBase64String(Encoding.Latin1.GetBytes(text));

    public static string Decode(string reply) => Latin1.Decode(Convert.FromBase64String(reply["334 ".Length..]));

    public static string Cram(string user, string secret, string challenge) =>
        Base64($"{user} {Convert.ToHexStringLower(HMACMD5.HashData(Latin1.Encode(secret), Latin1.Encode(challenge)))}");

    /// <summary>client-final-message of SCRAM, and what the server has to prove itself by.</summary>
    public static (string Final, string Proof) Scram(string first, string challenge, string password, HashAlgorithmName algorithm, byte[]? binding = null)
    {
        var fields = challenge.Split(',');
        var (nonce, salt, iterations) = (fields[0][2..], Convert.FromBase64String(fields[1][2..]), int.Parse(fields[2][2..], System.Globalization.CultureInfo.InvariantCulture));
        var header = first[..(first.IndexOf(',', first.IndexOf(',', StringComparison.Ordinal) + 1) + 1)];
        var withoutProof = $"c={Convert.ToBase64String([.. Latin1.Encode(header), .. binding ?? []])},r={nonce}";
        var signed = Latin1.Encode($"{first[header.Length..]},{challenge},{withoutProof}");
        var size = algorithm == HashAlgorithmName.SHA1 ? 20 : 32;
        var salted = Rfc2898DeriveBytes.Pbkdf2(Latin1.Encode(password), salt, iterations, algorithm, size);
        var clientKey = CryptographicOperations.HmacData(algorithm, salted, "Client Key"u8.ToArray());
        var signature = CryptographicOperations.HmacData(algorithm, CryptographicOperations.HashData(algorithm, clientKey), signed);
        var serverKey = CryptographicOperations.HmacData(algorithm, salted, "Server Key"u8.ToArray());
        var proof = clientKey.Zip(signature, static (a, b) => (byte)(a ^ b)).ToArray();
        return ($"{withoutProof},p={Convert.ToBase64String(proof)}", "v=" + Convert.ToBase64String(CryptographicOperations.HmacData(algorithm, serverKey, signed)));
    }
}
