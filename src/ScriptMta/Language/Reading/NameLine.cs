namespace ScriptMta.Language;

/// <summary>`name:` alone at the start of a line, which begins a driver instance or an ACL.</summary>
readonly record struct NameLine(string Name, int End)
{
    /// <summary>End is the offset after the colon. Null when the line is something else.</summary>
    public static NameLine? Find(string text)
    {
        if (!char.IsAsciiLetter(text[0])) return null;
        var nameEnd = CharKinds.SkipName(text, 0);
        var colon = CharKinds.SkipSpace(text, nameEnd);
        return colon < text.Length && text[colon] == ':' ? new(text[..nameEnd], colon + 1) : null;
    }
}
