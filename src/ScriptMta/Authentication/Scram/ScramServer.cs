using System.Globalization;
using System.Security.Cryptography;
using ScriptMta.Common;

namespace ScriptMta.Authentication;

/// <summary>
/// The server's side of one SCRAM exchange (RFC 5802, 7677), without the transport of its messages: the first message in, ours out, the final one in, the proof compared. Text is bytes.
/// </summary>
sealed class ScramServer(ScramHash hash, ScramClientFirst first, string serverNonce, byte[] salt, int iterations)
{
    /// <summary>18 bytes: 24 characters without padding.</summary>
    const int NonceBytes = 18;

    readonly string _nonce = first.Nonce + serverNonce;

    public static string NewNonce() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));

    /// <summary>server-first-message.</summary>
    public string Challenge => string.Create(CultureInfo.InvariantCulture, $"r={_nonce},s={Convert.ToBase64String(salt)},i={iterations}");

    /// <summary>Judges client-final-message; gives server-final-message ("v=…") or null when the proof is wrong or the message is none.</summary>
    /// <param name="binding">The channel's data, where the client has to bind to it.</param>
    public string? Finish(string message, byte[] binding, byte[] storedKey, byte[] serverKey)
    {
        var proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        if (proofAt < 0) return null;
        var withoutProof = message[..proofAt];
        var parts = withoutProof.Split(',');
        if (parts.Length < 2 || parts[0] != "c=" + Convert.ToBase64String([.. Latin1.Encode(first.Header), .. binding]) || parts[1] != "r=" + _nonce) return null;
        if (Base64Text.Decode(message[(proofAt + 3)..]) is not { } proof || proof.Length != hash.Size) return null;
        var signed = Latin1.Encode($"{first.Bare},{Challenge},{withoutProof}");
        var clientKey = hash.Hmac(storedKey, signed);
        for (var i = 0; i < clientKey.Length; i++) clientKey[i] ^= (byte)proof[i];
        if (!CryptographicOperations.FixedTimeEquals(hash.Hash(clientKey), storedKey)) return null;
        return "v=" + Convert.ToBase64String(hash.Hmac(serverKey, signed));
    }
}
