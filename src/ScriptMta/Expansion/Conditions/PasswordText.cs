using System.Security.Cryptography;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>A password against its stored form, as crypteq has it: {md5} and {sha1} in base 64 or hexadecimal, else what crypt(3) knows. Compared in constant time.</summary>
static class PasswordText
{
    const int Md5Length = 16;
    const int Sha1Length = 20;
    const int SaltLength = 2;

    /// <param name="error">Exim's text when the stored form names a mechanism that is not known.</param>
    public static bool Matches(string password, string stored, out string? error)
    {
        error = null;
        if (stored.StartsWith("{md5}", StringComparison.OrdinalIgnoreCase)) return IsDigest(MD5.HashData(Latin1.Encode(password)), stored[5..], Md5Length);
        if (stored.StartsWith("{sha1}", StringComparison.OrdinalIgnoreCase)) return IsDigest(SHA1.HashData(Latin1.Encode(password)), stored[6..], Sha1Length);
        if (stored.StartsWith("{crypt}", StringComparison.OrdinalIgnoreCase)) stored = stored[7..];
        else if (stored.StartsWith("{crypt16}", StringComparison.OrdinalIgnoreCase)) error = "{crypt16} is refused: it is two short DES hashes, broken long ago; let the user set a new password";
        else if (stored.StartsWith('{')) error = $"unknown encryption mechanism in \"{stored}\"";
        if (error is not null || stored.Length < SaltLength) return false;
        return PasswordHash.Crypt(password, stored) is { } coded && Same(coded, stored);
    }

    static bool IsDigest(byte[] digest, string stored, int length)
    {
        var base64 = Convert.ToBase64String(digest);
        if (stored.Length == base64.Length) return Same(base64, stored);
        return stored.Length == length * 2 && Same(Convert.ToHexStringLower(digest), AsciiCase.Lower(stored));
    }

    static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.Latin1.GetBytes(one), Encoding.Latin1.GetBytes(other));
}
