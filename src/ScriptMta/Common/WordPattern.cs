namespace ScriptMta.Common;

/// <summary>Patterns as people type them for names: "*" is any characters, "?" one; ASCII capitals count as small letters. Takes no more than pattern times text steps.</summary>
static class WordPattern
{
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, after = 0;
        while (t < text.Length)
            if (p < pattern.Length && pattern[p] == '*') (star, after) = (p++, t);
            else if (p < pattern.Length && (pattern[p] == '?' || AsciiCase.Lower(pattern[p]) == AsciiCase.Lower(text[t]))) (p, t) = (p + 1, t + 1);
            else if (star >= 0) (p, t) = (star + 1, ++after);
            else return false;
        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }
}
