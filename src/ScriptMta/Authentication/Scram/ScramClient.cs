using System.Globalization;
using System.Security.Cryptography;
using ScriptMta.Common;

namespace ScriptMta.Authentication;

/// <summary>The client's side of one SCRAM exchange (RFC 5802, 7677), without the transport of its messages. Text is bytes.</summary>
/// <param name="flag">"n", "y" or "p=…".</param>
/// <param name="binding">The channel's data with "p=…", else empty.</param>
sealed class ScramClient(ScramHash hash, string user, string authorization, string flag, byte[] binding, string nonce)
{
    /// <summary>A server must not make us work for minutes; four times what the strictest recommend.</summary>
    const int MostIterations = 4_000_000;

    readonly string _header = $"{flag},{(authorization.Length > 0 ? "a=" + SaslName.Encode(authorization) : "")},";
    readonly string _bare = $"n={SaslName.Encode(user)},r={nonce}";
    string _challenge = "", _nonce = "";

    /// <summary>client-first-message.</summary>
    public string First => _header + _bare;
    public byte[] Salt { get; private set; } = [];
    public int Iterations { get; private set; }

    /// <summary>server-first-message: r=, s=, i=; false when it is none, or its nonce does not go on from ours.</summary>
    public bool TryChallenge(string message)
    {
        var parts = message.Split(',');
        if (parts.Length < 3 || !parts[0].StartsWith("r=", StringComparison.Ordinal) || !parts[1].StartsWith("s=", StringComparison.Ordinal) || !parts[2].StartsWith("i=", StringComparison.Ordinal)) return false;
        if (!parts[0].AsSpan(2).StartsWith(nonce) || parts[0].Length <= nonce.Length + 2 || Base64Text.Decode(parts[1][2..]) is not { Length: > 0 } salt) return false;
        if (!int.TryParse(parts[2].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations) || iterations is < 1 or > MostIterations) return false;
        (_challenge, _nonce, Salt, Iterations) = (message, parts[0][2..], Latin1.Encode(salt), iterations);
        return true;
    }

    /// <summary>client-final-message.</summary>
    public string Final(byte[] salted)
    {
        var (clientKey, stored, _) = hash.KeysOf(salted);
        var signature = hash.Hmac(stored, Signed);
        for (var i = 0; i < clientKey.Length; i++) clientKey[i] ^= signature[i];
        return $"{WithoutProof},p={Convert.ToBase64String(clientKey)}";
    }

    /// <summary>server-final-message "v=…".</summary>
    public bool IsProof(string message, byte[] salted)
    {
        if (!message.StartsWith("v=", StringComparison.Ordinal) || Base64Text.Decode(message[2..].Split(',')[0]) is not { } given) return false;
        return CryptographicOperations.FixedTimeEquals(Latin1.Encode(given), hash.Hmac(hash.KeysOf(salted).Server, Signed));
    }

    string WithoutProof => $"c={Convert.ToBase64String([.. Latin1.Encode(_header), .. binding])},r={_nonce}";
    byte[] Signed => Latin1.Encode($"{_bare},{_challenge},{WithoutProof}");
}
