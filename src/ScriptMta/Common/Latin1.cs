using System.Text;

namespace ScriptMta.Common;

/// <summary>Text is bytes: inside ScriptMta each char of a string is one byte (architecture §2). The only two conversions.</summary>
static class Latin1
{
    public static string Decode(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static byte[] Encode(string text) => Encoding.Latin1.GetBytes(text);

    /// <summary>Real Unicode text (JSON, JavaScript, argv) to byte text: each char of the result is one UTF-8 byte.</summary>
    public static string FromUnicode(string text) =>
        System.Text.Ascii.IsValid(text) ? text : Decode(Encoding.UTF8.GetBytes(text));

    /// <summary>Byte text to Unicode for display; bytes that are not UTF-8 are taken as Latin-1.</summary>
    public static string ToUnicode(string text)
    {
        if (System.Text.Ascii.IsValid(text)) return text;
        try { return StrictUtf8.GetString(Encode(text)); }
        catch (DecoderFallbackException) { return text; }
    }

    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
}
