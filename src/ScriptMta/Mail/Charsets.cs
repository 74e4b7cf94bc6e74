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

    /// <summary>Byte text in one set to byte text in another; null when either is unknown. What the target lacks becomes "?".</summary>
    public static string? Convert(string bytes, string from, string to)
    {
        if (from.Equals(to, StringComparison.OrdinalIgnoreCase)) return bytes;
        if (Find(from) is not { } source || Find(to) is not { } target) return null;
        if (source.CodePage == target.CodePage) return bytes;
        return Latin1.Decode(target.GetBytes(source.GetString(Latin1.Encode(bytes))));
    }

    /// <summary>Byte text of a set as UTF-16; null when the set is unknown or the bytes are not of it (<paramref name="isCut"/>: only because the last character is not whole).</summary>
    public static string? ToUnicode(string bytes, string charset, out bool isCut)
    {
        isCut = false;
        if (Find(charset)?.Clone() is not Encoding strict) return null;
        strict.DecoderFallback = DecoderFallback.ExceptionFallback;
        var text = Latin1.Encode(bytes);
        try
        {
            isCut = strict.GetDecoder().GetCharCount(text, flush: false) >= 0;
            return strict.GetString(text);
        }
        catch (DecoderFallbackException) { return null; } // the platform's only way to say "not of this set"
    }
}
