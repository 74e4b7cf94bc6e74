using System.Text;

namespace ScriptMta.Expansion;

/// <summary>Byte text that should be UTF-8 (RFC 3629).</summary>
static class Utf8Text
{
    /// <summary>Each byte sequence that is not UTF-8 is replaced: one replacement for a broken sequence, another for each stray byte.</summary>
    public static string Clean(string text, string replacement)
    {
        if (Ascii.IsValid(text)) return text;
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var (good, length, _) = Read(text, at);
            if (good) result.Append(text, at, length);
            else result.Append(replacement);
            at += length;
        }
        return result.ToString();
    }

    /// <summary>Characters above 255 and broken sequences become "_".</summary>
    public static string ToLatin1(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var (good, length, code) = Read(text, at);
            result.Append(good && code <= 0xff ? (char)code : '_');
            at += length;
        }
        return result.ToString();
    }

    static (bool Good, int Length, int Code) Read(string text, int at)
    {
        int first = text[at];
        if (first < 0x80) return (true, 1, first);
        var more = first switch { >= 0xc2 and <= 0xdf => 1, >= 0xe0 and <= 0xef => 2, >= 0xf0 and <= 0xf4 => 3, _ => 0 };
        if (more == 0) return (false, 1, 0);
        var code = first & (0x3f >> more);
        for (var i = 1; i <= more; i++)
        {
            if (at + i >= text.Length || (text[at + i] & 0xc0) != 0x80) return (false, i, 0);
            code = code << 6 | (text[at + i] & 0x3f);
        }
        var good = more switch { 2 => code >= 0x800 && code is not (>= 0xd800 and <= 0xdfff), 3 => code is >= 0x10000 and <= 0x10ffff, _ => true };
        return (good, more + 1, code);
    }
}
