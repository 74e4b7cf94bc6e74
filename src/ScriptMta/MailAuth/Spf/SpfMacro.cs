using System.Text;
using ScriptMta.Common;

namespace ScriptMta.MailAuth;

/// <summary>The macro language of SPF (RFC 7208 7): <c>%{letter digits r delimiters}</c>, <c>%%</c>, <c>%_</c>, <c>%-</c>.</summary>
static class SpfMacro
{
    const string Letters = "slodiphv", ExplanationLetters = Letters + "crt", Delimiters = ".-+,/_=";
    // RFC 7208 7.3: a name over 253 characters loses labels on its left.
    const int LongestName = 253;

    /// <summary>One macro: its letter, how many parts stay on the right (0 = all), whether they are reversed, and what separates them.</summary>
    readonly record struct Part(char Letter, int Kept, bool IsReversed, string Separators);

    /// <summary>Visible characters and macros (macro-string).</summary>
    public static bool IsText(string text, bool explains = false)
    {
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is <= ' ' or > '~' && !(explains && text[at] == ' ')) return false;
            if (text[at] != '%') at++;
            else if (!Read(text, ref at, explains, out _, out _)) return false;
        }
        return true;
    }

    /// <summary>domain-spec: a macro-string that ends in a macro or in a dot and a top-level label.</summary>
    public static bool IsDomain(string text)
    {
        if (text.Length == 0 || !IsText(text)) return false;
        if (text[^1] == '}' && text.LastIndexOf("%{", StringComparison.Ordinal) is >= 0) return true;
        var name = text[^1] == '.' ? text[..^1] : text;
        var label = name[(name.LastIndexOf('.') + 1)..];
        return label.Length < name.Length && label.Length > 0 && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && !label.All(char.IsAsciiDigit) && label[0] != '-' && label[^1] != '-';
    }

    /// <summary>The text must be well-formed. A name is cut to the length that the DNS takes.</summary>
    /// <param name="value">What a letter (in lower case) stands for.</param>
    public static string Expand(string text, Func<char, string> value, bool explains = false)
    {
        var result = new StringBuilder(text.Length + 32);
        for (var at = 0; at < text.Length;)
            if (text[at] != '%') result.Append(text[at++]);
            else if (Read(text, ref at, explains, out var literal, out var part)) result.Append(literal ?? Value(part, value));
            else break;
        return explains ? result.ToString() : Shortened(result.ToString());
    }

    static string Shortened(string name)
    {
        name = name.TrimEnd('.');
        while (name.Length > LongestName && name.IndexOf('.') is >= 0 and var dot) name = name[(dot + 1)..];
        return name;
    }

    /// <summary>At stands on the "%" and ends after the macro.</summary>
    static bool Read(string text, ref int at, bool explains, out string? literal, out Part part)
    {
        part = default;
        literal = at + 1 < text.Length ? text[at + 1] switch { '%' => "%", '_' => " ", '-' => "%20", _ => null } : null;
        var close = text.IndexOf('}', at);
        if (literal is not null) at += 2;
        else if (at + 1 >= text.Length || text[at + 1] != '{' || close < 0 || !ReadPart(text[(at + 2)..close], explains, out part)) return false;
        else at = close + 1;
        return true;
    }

    static bool ReadPart(string body, bool explains, out Part part)
    {
        part = default;
        if (body.Length == 0 || !(explains ? ExplanationLetters : Letters).Contains(AsciiCase.Lower(body[0]))) return false;
        var at = 1;
        while (at < body.Length && char.IsAsciiDigit(body[at])) at++;
        var kept = 0;
        // More parts than any value has are all of them; none at all is a mistake.
        if (at > 1 && int.TryParse(body.AsSpan(1, at - 1), out kept) && kept == 0) return false;
        var reversed = at < body.Length && body[at] is 'r' or 'R';
        if (reversed) at++;
        part = new(body[0], kept, reversed, at < body.Length ? body[at..] : ".");
        return body[at..].All(Delimiters.Contains);
    }

    static string Value(Part part, Func<char, string> value)
    {
        var text = value(AsciiCase.Lower(part.Letter));
        if (part.Kept > 0 || part.IsReversed || part.Separators != ".")
        {
            var pieces = text.Split(part.Separators.ToCharArray());
            if (part.IsReversed) Array.Reverse(pieces);
            text = string.Join('.', part.Kept > 0 && part.Kept < pieces.Length ? pieces[^part.Kept..] : pieces);
        }
        return char.IsAsciiLetterUpper(part.Letter) ? Escaped(text) : text;
    }

    /// <summary>RFC 3986 2.3: all but the unreserved characters, byte by byte.</summary>
    static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~') escaped.Append(c);
            else escaped.Append('%').Append(((int)c).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        return escaped.ToString();
    }
}
