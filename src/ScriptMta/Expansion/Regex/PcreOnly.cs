using System.Text.RegularExpressions;

namespace ScriptMta.Expansion;

/// <summary>
/// What PCRE2 understands and .NET's engine refuses, or takes for something else, so that a pattern which has it must not run there. The engine runs in its ECMAScript mode
/// (\w, \d, \s and \b are ASCII's, as in PCRE2), which would take an escape that it does not know for the letter itself.
/// </summary>
static partial class PcreOnly
{
    const string SharedEscapes = "0abBcdDefGnrsStwWzZA";

    /// <summary>The first such construct, as "a possessive quantifier at offset 3"; null when the pattern means the same in both.</summary>
    public static string? Find(string text, bool caseless)
    {
        if (text.StartsWith("(*", StringComparison.Ordinal)) return "a verb at offset 0";
        var inClass = false;
        for (var at = 0; at < text.Length; at++)
        {
            var (what, length) = At(text, at, inClass);
            if (what is not null) return $"{what} at offset {at}";
            if (caseless && text[at] >= 0x80) return $"a letter beyond ASCII without case at offset {at}";
            inClass = inClass ? text[at] != ']' : text[at] == '[';
            if (inClass && text[at] == '[' && BeginsWithBracket(text, at)) return $"a class that begins with ] at offset {at}";
            at += length - 1;
        }
        return null;
    }

    /// <summary>What begins here, if it is PCRE2's alone, and how many characters belong together otherwise.</summary>
    static (string? What, int Length) At(string text, int at, bool inClass) => text[at] switch
    {
        '\\' => (Escape(text, at, inClass), 2),
        '[' when inClass => (at + 1 < text.Length && text[at + 1] is ':' or '.' or '=' ? "a POSIX class" : text[at - 1] == '-' ? "a bracket that .NET subtracts" : null, 1),
        _ when inClass => (null, 1),
        '(' => (Group(text.AsSpan(at + 1)), 1),
        '+' when Quantifier().Match(text, 0, at) is { Success: true } before && !IsEscaped(text, before.Index) => ("a possessive quantifier", 1),
        _ => (null, 1),
    };

    static string? Escape(string text, int at, bool inClass)
    {
        if (at + 1 == text.Length) return null; // an error in both
        var c = text[at + 1];
        if (c == 'x' && at + 2 < text.Length && text[at + 2] == '{') return "\\x{…}";
        if (c == 'x') return at + 3 < text.Length && char.IsAsciiHexDigit(text[at + 2]) && char.IsAsciiHexDigit(text[at + 3]) ? null : "a short \\x";
        if (c == 'k') return text.AsSpan(at).StartsWith("\\k<") ? null : "\\k without <…>";
        if (c == 'b' && inClass || c is 'p' or 'P' || !char.IsAsciiLetterOrDigit(c)) return c is 'p' or 'P' ? "a Unicode class" : null;
        if (c is >= '1' and <= '9') return "a back-reference"; // to a group that took no part: "no" in PCRE2, the empty text in .NET
        return SharedEscapes.Contains(c) ? null : $"\\{c}";
    }

    /// <summary>Named groups count from the left in PCRE2, and after all others in .NET.</summary>
    static string? Group(ReadOnlySpan<char> rest)
    {
        if (rest.StartsWith("*")) return "a verb";
        if (!rest.StartsWith("?") || rest.Length < 2) return null;
        return rest[1] switch
        {
            ':' or '=' or '!' or '>' or '#' => null,
            '<' when rest.Length > 2 && rest[2] is '=' or '!' => null,
            '<' or '\'' or 'P' => "a named group",
            '(' => rest.StartsWith("?(?") ? null : "a condition on a group",
            'R' or '&' or '+' or (>= '0' and <= '9') => "a recursion",
            '|' => "a branch reset",
            'C' => "a callout",
            _ => Options().IsMatch(rest) ? null : "an option",
        };
    }

    static bool BeginsWithBracket(string text, int at) => text.AsSpan(at).StartsWith("[]") || text.AsSpan(at).StartsWith("[^]");

    static bool IsEscaped(string text, int at)
    {
        var slashes = 0;
        while (at - 1 - slashes >= 0 && text[at - 1 - slashes] == '\\') slashes++;
        return slashes % 2 != 0;
    }

    /// <summary>A quantifier that ends where it is asked for.</summary>
    [GeneratedRegex(@"([*+?]|\{[0-9]+(,[0-9]*)?\})$", RegexOptions.ExplicitCapture)]
    private static partial Regex Quantifier();

    [GeneratedRegex(@"^\?[imsx]*(-[imsx]+)?[:)]", RegexOptions.ExplicitCapture)]
    private static partial Regex Options();
}
