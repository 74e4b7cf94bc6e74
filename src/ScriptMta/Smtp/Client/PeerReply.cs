namespace ScriptMta.Smtp;

/// <summary>
/// A server's reply (RFC 5321 4.2). Text is every line as received, code included, joined by LF without CR: what Exim puts into logs and
/// bounces. Code is the last line's, as Exim takes it.
/// </summary>
sealed record PeerReply(int Code, string Text)
{
    public bool IsPositive => Code / 100 == 2;
    public bool IsIntermediate => Code / 100 == 3;
    public bool IsTemporary => Code / 100 == 4;
    public bool IsPermanent => Code / 100 == 5;

    /// <summary>The RFC 3463 code that follows the reply code, or null.</summary>
    public string? EnhancedStatus
    {
        get
        {
            if (Text.Length < 9 || Text[4] != Text[0] || Text[5] != '.') return null;
            var end = Text.IndexOfAny([' ', '\n'], 4);
            var code = end < 0 ? Text[4..] : Text[4..end];
            return code.Count(c => c == '.') == 2 && code.All(c => char.IsAsciiDigit(c) || c == '.') ? code : null;
        }
    }

    /// <summary>The lines without their codes.</summary>
    public IEnumerable<string> Lines => Text.Split('\n').Select(line => line.Length > 4 ? line[4..] : "");
}
