using System.Buffers;

namespace ScriptMta.Language;

/// <summary>C's character classes over bytes, as Exim's grammar means them: no letter beyond ASCII.</summary>
static class CharKinds
{
    public const string Space = " \t\n\v\f\r";

    static readonly SearchValues<char> NameChars = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");
    static readonly SearchValues<char> SpaceChars = SearchValues.Create(Space);

    public static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');
    public static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
    public static bool IsControl(char c) => c is < ' ' or '\x7f';
    public static bool IsPunctuation(char c) => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c);

    /// <summary>The first offset from start on that holds no white space.</summary>
    public static int SkipSpace(string text, int start)
    {
        var found = text.AsSpan(start).IndexOfAnyExcept(SpaceChars);
        return found < 0 ? text.Length : start + found;
    }

    /// <summary>The first offset from start on that holds no letter, digit or underscore.</summary>
    public static int SkipName(string text, int start)
    {
        var found = text.AsSpan(start).IndexOfAnyExcept(NameChars);
        return found < 0 ? text.Length : start + found;
    }

    public static int TrimmedEnd(string text) => text.AsSpan().LastIndexOfAnyExcept(SpaceChars) + 1;
}
