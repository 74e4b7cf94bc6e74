namespace ScriptMta.Language;

/// <summary>A word of a rewriting or retry rule: up to white space, or in double quotes with their escapes. A quote that is never closed reaches to the end of the line, as in Exim.</summary>
static class RuleWord
{
    /// <summary>The word at or after a position, which is moved behind it and the white space that follows.</summary>
    public static string Read(string text, ref int at)
    {
        at = CharKinds.SkipSpace(text, at);
        string word;
        if (at < text.Length && text[at] == '"')
        {
            (word, var end) = QuotedText.Read(text, at);
            at = end < 0 ? text.Length : end;
        }
        else
        {
            var start = at;
            while (at < text.Length && !CharKinds.IsSpace(text[at])) at++;
            word = text[start..at];
        }
        at = CharKinds.SkipSpace(text, at);
        return word;
    }
}
