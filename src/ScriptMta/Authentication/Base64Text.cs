using System.Buffers.Text;
using ScriptMta.Common;

namespace ScriptMta.Authentication;

/// <summary>Base64 (RFC 4648 4) of byte text.</summary>
static class Base64Text
{
    public static string Encode(string text) => Convert.ToBase64String(Latin1.Encode(text));

    /// <summary>Null when it is none. White space between the characters does not count, as in Exim.</summary>
    public static string? Decode(string text)
    {
        if (text.Length == 0) return "";
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Latin1.Decode(bytes.AsSpan(0, length)) : null;
    }
}
