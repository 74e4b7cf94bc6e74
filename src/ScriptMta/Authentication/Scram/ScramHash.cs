using System.Security.Cryptography;

namespace ScriptMta.Authentication;

/// <summary>The hash of a SCRAM mechanism and what RFC 5802 3 makes of it.</summary>
sealed record ScramHash(string Name, HashAlgorithmName Algorithm, int Size)
{
    static readonly byte[] ClientKeyText = "Client Key"u8.ToArray(), ServerKeyText = "Server Key"u8.ToArray();

    public static readonly ScramHash Sha1 = new("SCRAM-SHA-1", HashAlgorithmName.SHA1, 20);
    public static readonly ScramHash Sha256 = new("SCRAM-SHA-256", HashAlgorithmName.SHA256, 32);

    public byte[] Hash(ReadOnlySpan<byte> data) => CryptographicOperations.HashData(Algorithm, data);

    public byte[] Hmac(byte[] key, byte[] data) => CryptographicOperations.HmacData(Algorithm, key, data);

    /// <summary>StoredKey and ServerKey of a password.</summary>
    public (byte[] Stored, byte[] Server) Keys(byte[] password, byte[] salt, int iterations)
    {
        var (_, stored, server) = KeysOf(Salted(password, salt, iterations));
        return (stored, server);
    }

    /// <summary>SaltedPassword.</summary>
    public byte[] Salted(byte[] password, byte[] salt, int iterations) => Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, Algorithm, Size);

    public (byte[] Client, byte[] Stored, byte[] Server) KeysOf(byte[] salted)
    {
        var client = Hmac(salted, ClientKeyText);
        return (client, Hash(client), Hmac(salted, ServerKeyText));
    }
}
