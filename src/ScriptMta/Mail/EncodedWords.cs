using System.Buffers;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Mail;

/// <summary>RFC 2047: encoded words in header text, both ways. Byte text in, byte text out.</summary>
static class EncodedWords
{
    /// <summary>RFC 2047 2. Longer words are left alone, as Exim does while check_rfc2047_length is set.</summary>
    public const int MaxLength = 75;

    /// <summary>
    /// Decodes every well-formed encoded word into the target set (headers_charset). White space between two of them is dropped
    /// (6.2); a word that is broken stays as it is. A zero byte becomes "?". False, with the text so far unusable, when a set is unknown.
    /// </summary>
    public static bool TryDecode(string text, string target, bool checkLength, out string decoded, out string error)
    {
        var unknown = "";
        decoded = Decode(text, checkLength, word =>
        {
            if (Charsets.Convert(word.Bytes, word.Charset, target) is { } converted) return converted;
            if (unknown.Length == 0) unknown = word.Charset;
            return "";
        });
        error = unknown.Length == 0 ? "" : $"iconv_open(\"{target}\", \"{unknown}\") failed: Invalid argument (maybe unsupported conversion)";
        return unknown.Length == 0;
    }

    /// <summary>As $h_ and $bh_ read headers: the bytes of a word whose set is unknown stay as they are, and all do when <paramref name="target"/> is null.</summary>
    public static string DecodeBytes(string text, string? target, bool checkLength) =>
        Decode(text, checkLength, word => target is null ? word.Bytes : Charsets.Convert(word.Bytes, word.Charset, target) ?? word.Bytes);

    static string Decode(string text, bool checkLength, Func<Word, string> convert)
    {
        if (!text.Contains("=?", StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        var at = 0;
        var afterWord = false;
        while (FindWord(text, at, checkLength) is { } word)
        {
            var between = text.AsSpan(at, word.Start - at);
            if (!afterWord || !between.Trim(" \t\r\n").IsEmpty) result.Append(between);
            result.Append(convert(word).Replace('\0', '?'));
            at = word.End;
            afterWord = true;
        }
        return result.Append(text.AsSpan(at)).ToString();
    }

    /// <summary>For display and matching: words of an unknown set leave the whole text as it is.</summary>
    public static string Decode(string text, string target = "UTF-8") =>
        TryDecode(text, target, checkLength: true, out var decoded, out _) ? decoded : text;

    readonly record struct Word(int Start, int End, string Charset, string Bytes);

    static Word? FindWord(string text, int from, bool checkLength)
    {
        for (var start = text.IndexOf("=?", from, StringComparison.Ordinal); start >= 0; start = text.IndexOf("=?", start + 1, StringComparison.Ordinal))
            if (ReadWord(text, start, checkLength) is { } word) return word;
        return null;
    }

    static Word? ReadWord(string text, int start, bool checkLength)
    {
        var limit = Math.Min(text.Length, start + (checkLength ? MaxLength : MaxUnchecked));
        var charsetEnd = IndexOf('?', start + 2);
        if (charsetEnd < 0 || charsetEnd + 2 >= limit || text[charsetEnd + 2] != '?') return null;
        var contentEnd = IndexOf('?', charsetEnd + 3);
        if (contentEnd < 0 || contentEnd + 1 >= limit || text[contentEnd + 1] != '=') return null;
        var content = text.AsSpan(charsetEnd + 3, contentEnd - charsetEnd - 3);
        if (content.ContainsAny(" \t\r\n")) return null;
        var bytes = AsciiCase.Upper(text[charsetEnd + 1]) switch { 'Q' => Quoted(content), 'B' => Base64(content), _ => null };
        if (bytes is null) return null;
        var charset = text[(start + 2)..charsetEnd].Split('*')[0]; // RFC 2231 5: a language may follow
        return new(start, contentEnd + 2, charset, bytes);

        int IndexOf(char c, int at) => at >= limit ? -1 : text.IndexOf(c, at, limit - at);
    }

    /// <summary>Without the length check a word may still not be longer than a header line (RFC 5322 2.1.1).</summary>
    const int MaxUnchecked = 998;

    static string? Quoted(ReadOnlySpan<char> content)
    {
        var result = new StringBuilder(content.Length);
        for (var i = 0; i < content.Length; i++)
            if (content[i] == '_') result.Append(' ');
            else if (content[i] != '=') result.Append(content[i]);
            else if (i + 2 < content.Length && char.IsAsciiHexDigit(content[i + 1]) && char.IsAsciiHexDigit(content[i + 2]))
            {
                result.Append((char)Convert.ToByte(content.Slice(i + 1, 2).ToString(), 16));
                i += 2;
            }
            else return null;
        return result.ToString();
    }

    static string? Base64(ReadOnlySpan<char> content)
    {
        var bytes = new byte[content.Length];
        return Convert.TryFromBase64Chars(content, bytes, out var length) ? Common.Latin1.Decode(bytes.AsSpan(0, length)) : null;
    }

    /// <summary>
    /// The text itself when it is printable ASCII without "=?", else quoted-printable encoded words. Words break where Exim's do, which
    /// lets the first one grow past 75 characters.
    /// </summary>
    public static string Encode(string text, string charset)
    {
        return text.AsSpan().IndexOfAnyExcept(Printable) < 0 && !text.Contains("=?", StringComparison.Ordinal) ? text : EncodeAll(text, charset);
    }

    /// <summary>Encoded words for the whole text, whether it needs them or not.</summary>
    public static string EncodeAll(string text, string charset)
    {
        var opening = $"=?{charset}?Q?";
        var result = new StringBuilder(opening, text.Length * 2 + 20);
        var (length, isHalf) = (0, false);
        foreach (var c in text)
        {
            var coded = c == ' ' ? "_" : Literal.Contains(c) ? null : $"={(int)c:X2}";
            if (length > BreakAfter && !isHalf && !IsContinuation(c))
            {
                result.Append("?= ").Append(opening);
                length = opening.Length;
            }
            length += coded?.Length ?? 1;
            isHalf = coded?.Length > 1 && !isHalf;
            if (coded is null) result.Append(c);
            else result.Append(coded);
        }
        return result.Append("?=").ToString();
    }

    /// <summary>Where Exim breaks, except after every other of the coded bytes that follow one another: it takes two for a character.</summary>
    const int BreakAfter = 67;

    /// <summary>A UTF-8 character stays in one word (RFC 2047 5).</summary>
    static bool IsContinuation(char c) => (c & 0xC0) == 0x80;

    static readonly SearchValues<char> Printable = SearchValues.Create(string.Concat(Enumerable.Range(32, 95).Select(i => (char)i)));

    static readonly SearchValues<char> Literal = SearchValues.Create(
        string.Concat(Enumerable.Range(33, 94).Select(i => (char)i).Where(c => !"?=()<>@,;:\\\".[]_".Contains(c))));
}
