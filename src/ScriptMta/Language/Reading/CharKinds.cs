namespace ScriptMta.Language;

/// <summary>C's character classes over bytes, as Exim's grammar means them: no letter beyond ASCII.</summary>
static class CharKinds
{
    public const string Space = " \t\n\v\f\r";

    public static bool IsSpace(char c) => c is ' ' or (>= '\t' and <= '\r');
    public static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
    public static bool IsControl(char c) => c is < ' ' or '\x7f';
    public static bool IsPunctuation(char c) => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c);

    /// <summary>The first offset from start on that holds no white space.</summary>
    public static int SkipSpace(string text, int start)
    {
        while (start < text.Length && IsSpace(text[start])) start++;
        return start;
    }

    /// <summary>The first offset from start on that holds no letter, digit or underscore.</summary>
    public static int SkipName(string text, int start)
    {
        while (start < text.Length && IsName(text[start])) start++;
        return start;
    }

    public static int TrimmedEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1])) end--;
        return end;
    }
}
