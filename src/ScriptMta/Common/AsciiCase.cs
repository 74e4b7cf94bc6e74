namespace ScriptMta.Common;

/// <summary>Letters of byte text: only A to Z have case; bytes above 127 are left alone.</summary>
static class AsciiCase
{
    public static char Lower(char c) => c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;
    public static char Upper(char c) => c is >= 'a' and <= 'z' ? (char)(c & ~0x20) : c;

    public static string Lower(string text) => text.AsSpan().IndexOfAnyInRange('A', 'Z') < 0 ? text : string.Create(text.Length, text, (to, from) => Each(from, to, Lower));
    public static string Upper(string text) => text.AsSpan().IndexOfAnyInRange('a', 'z') < 0 ? text : string.Create(text.Length, text, (to, from) => Each(from, to, Upper));

    public static bool Same(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        if (one.Length != other.Length) return false;
        for (var i = 0; i < one.Length; i++)
            if (one[i] != other[i] && Lower(one[i]) != Lower(other[i])) return false;
        return true;
    }

    public static bool StartsWith(ReadOnlySpan<char> text, ReadOnlySpan<char> start) => text.Length >= start.Length && Same(text[..start.Length], start);
    public static bool EndsWith(ReadOnlySpan<char> text, ReadOnlySpan<char> end) => text.Length >= end.Length && Same(text[^end.Length..], end);

    static void Each(string from, Span<char> to, Func<char, char> change)
    {
        for (var i = 0; i < from.Length; i++) to[i] = change(from[i]);
    }
}
