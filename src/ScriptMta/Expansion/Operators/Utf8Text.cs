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
            var (good, length) = Read(text, at);
            if (good) result.Append(text, at, length);
            else result.Append(replacement);
            at += length;
        }
        return result.ToString();
    }

    public static bool IsValid(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var (good, length) = Read(text, at);
            if (!good) return false;
            at += length;
        }
        return true;
    }

    /// <summary>
    /// Characters above 255 become "_". Nothing is checked, as in Exim: a lead byte takes as many bytes after it as it announces, whatever they are; other bytes stay.
    /// </summary>
    public static string ToLatin1(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            int code = text[at++];
            if (code >= 0xc0)
            {
                var more = code switch { < 0xe0 => 1, < 0xf0 => 2, < 0xf8 => 3, < 0xfc => 4, _ => 5 };
                code &= 0x3f >> more;
                for (; more > 0; more--) code = code << 6 | (at < text.Length ? text[at++] & 0x3f : 0);
            }
            result.Append(code is >= 0 and <= 0xff ? (char)code : '_');
        }
        return result.ToString();
    }

    /// <summary>A byte that should have gone on with the character is lost with it, unless it is ASCII.</summary>
    static (bool Good, int Length) Read(string text, int at)
    {
        int first = text[at];
        if (first < 0x80) return (true, 1);
        var more = first switch { >= 0xc2 and <= 0xdf => 1, >= 0xe0 and <= 0xef => 2, >= 0xf0 and <= 0xf4 => 3, _ => 0 };
        if (more == 0) return (false, 1);
        var code = first & (0x3f >> more);
        for (var i = 1; i <= more; i++)
        {
            if (at + i >= text.Length || text[at + i] < 0x80) return (false, i);
            if ((text[at + i] & 0xc0) != 0x80) return (false, i + 1);
            code = code << 6 | (text[at + i] & 0x3f);
        }
        var good = more switch { 2 => code >= 0x800 && code is not (>= 0xd800 and <= 0xdfff), 3 => code is >= 0x10000 and <= 0x10ffff, _ => true };
        return (good, more + 1);
    }
}
