using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>Character sets by their MIME name, and bytes from one to another. Known are those of the platform and its code page tables (ISO 8859, Windows, KOI8, the East Asian sets).</summary>
static class Charsets
{
    public static Encoding? Find(string name)
    {
        try { return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name); }
        catch (ArgumentException) { return null; } // the platform's only way to say "unknown name"
    }

    public static bool AreSame(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase) || (Find(one) is { } first && Find(other) is { } second && first.CodePage == second.CodePage);

    /// <summary>
    /// Byte text in one set to byte text in another; null when either is unknown. From the first character on that is not of the one set or not in the other, the bytes stay
    /// as they are, as iconv(3) leaves them to Exim.
    /// </summary>
    public static string? Convert(string bytes, string from, string to)
    {
        if (from.Equals(to, StringComparison.OrdinalIgnoreCase)) return bytes;
        if (Strict(from) is not { } source || Strict(to) is not { } target) return null;
        if (source.CodePage == target.CodePage) return bytes;
        var text = Latin1.Encode(bytes);
        try { return Latin1.Decode(target.GetBytes(source.GetString(text))); }
        catch (ArgumentException) { return ConvertStart(text, source.GetDecoder(), target); } // of which both fallbacks' exceptions are
    }

    /// <summary>Byte by byte, since only so it is known which bytes the last good character ended with.</summary>
    static string ConvertStart(byte[] bytes, Decoder source, Encoding target)
    {
        var converted = new StringBuilder(bytes.Length);
        var characters = new char[8];
        var done = 0;
        try
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                var count = source.GetChars(bytes.AsSpan(i, 1), characters, flush: i == bytes.Length - 1);
                if (count == 0) continue;
                converted.Append(Latin1.Decode(target.GetBytes(characters, 0, count)));
                done = i + 1;
            }
        }
        catch (ArgumentException) { } // here it ends
        return converted.Append(Latin1.Decode(bytes.AsSpan(done))).ToString();
    }

    /// <summary>Byte text of a set as UTF-16; null when the set is unknown or the bytes are not of it (<paramref name="isCut"/>: only because the last character is not whole).</summary>
    public static string? ToUnicode(string bytes, string charset, out bool isCut)
    {
        isCut = false;
        if (Strict(charset) is not { } strict) return null;
        var text = Latin1.Encode(bytes);
        try
        {
            isCut = strict.GetDecoder().GetCharCount(text, flush: false) >= 0;
            return strict.GetString(text);
        }
        catch (DecoderFallbackException) { return null; } // the platform's only way to say "not of this set"
    }

    /// <summary>Instead of putting "?" or a letter that looks alike, it throws.</summary>
    static Encoding? Strict(string name)
    {
        if (Find(name)?.Clone() is not Encoding strict) return null;
        (strict.DecoderFallback, strict.EncoderFallback) = (DecoderFallback.ExceptionFallback, EncoderFallback.ExceptionFallback);
        return strict;
    }
}
