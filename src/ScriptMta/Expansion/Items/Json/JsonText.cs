namespace ScriptMta.Expansion;

/// <summary>
/// JSON as ${extract json and the _json conditions read it (Exim 11.5): wrappers are taken off and members are cut apart without a full parse, and nothing is
/// unescaped. Brackets and commas inside of strings count; only a backslash hides the character after it.
/// </summary>
static class JsonText
{
    /// <summary>The text between the first "[", "{" or quote and its partner; null when either is missing (<paramref name="missing"/> says which).</summary>
    public static string? Unwrap(string text, char open, char close, out char missing)
    {
        missing = open;
        var start = SkipSpace(text, 0);
        if (start >= text.Length || text[start] != open) return null;
        missing = close;
        var depth = 0;
        for (var at = ++start; at < text.Length; at++)
        {
            if (text[at] == '\\') at++;
            else if (text[at] == close && depth-- == 0) return text[start..at];
            else if (text[at] == open && open != close) depth++;
        }
        return null;
    }

    /// <summary>The next member, white space before it taken off; null at the end, which an empty member is too.</summary>
    public static string? Next(string members, ref int at)
    {
        var start = at = SkipSpace(members, at);
        var (arrays, objects) = (0, 0);
        for (; at < members.Length && (members[at] != ',' || arrays != 0 || objects != 0); at++)
            _ = members[at] switch { '[' => arrays++, ']' => arrays--, '{' => objects++, '}' => objects--, _ => 0 };
        var member = members[start..at];
        if (at < members.Length) at++;
        return member.Length == 0 ? null : member;
    }

    public static int SkipSpace(string text, int at)
    {
        while (at < text.Length && TemplateReader.IsSpace(text[at])) at++;
        return at;
    }
}
