namespace ScriptMta.Common;

/// <summary>White space of byte text, as isspace(3) has it: blank, tab, line ends, vertical tab, form feed. .NET's own also takes bytes 85 and A0, which are parts of UTF-8 letters ("à" is C3 A0).</summary>
static class AsciiSpace
{
    const string All = " \t\n\v\f\r";

    public static bool Is(char c) => c is ' ' or (>= '\t' and <= '\r');

    public static string TrimSpace(this string text) => text.AsSpan().TrimSpace() is var inner && inner.Length == text.Length ? text : inner.ToString();
    public static string TrimSpaceAtStart(this string text) => text.Length == 0 || !Is(text[0]) ? text : text.AsSpan().TrimStart(All).ToString();
    public static string TrimSpaceAtEnd(this string text) => text.Length == 0 || !Is(text[^1]) ? text : text.AsSpan().TrimEnd(All).ToString();

    public static ReadOnlySpan<char> TrimSpace(this ReadOnlySpan<char> text) => text.Trim(All);
    public static ReadOnlySpan<char> TrimSpaceAtStart(this ReadOnlySpan<char> text) => text.TrimStart(All);
    public static ReadOnlySpan<char> TrimSpaceAtEnd(this ReadOnlySpan<char> text) => text.TrimEnd(All);

    /// <summary>Letters A to Z only.</summary>
    public static string LowerAscii(this string text) => AsciiCase.Lower(text);
    public static string UpperAscii(this string text) => AsciiCase.Upper(text);
}
