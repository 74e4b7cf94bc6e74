namespace ScriptMta.Mail;

/// <summary>
/// One header field as bytes: name as received, and Body = everything after the colon including the leading space and inner
/// line ends (LF, no CR), without the final one. Continuation lines stay as they came (RFC 5322 2.2.3).
/// </summary>
sealed record HeaderField(string Name, string Body)
{
    /// <summary>Names compare without case; white space before the colon (RFC 5322 4.5) does not count.</summary>
    public bool Is(string name) => Name.AsSpan().TrimEnd(" \t").Equals(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>The body without surrounding white space, still folded.</summary>
    public string Value => Body.Trim(' ', '\t', '\n', '\r');

    /// <summary>The body with line ends removed and trimmed: what a rule compares.</summary>
    public string Unfolded => Value.Replace("\n", "").Replace("\r", "");

    /// <summary>The field as it stands in a message, without a final line end.</summary>
    public override string ToString() => Name + ":" + Body;

    /// <summary>A field made here: one space after the colon.</summary>
    public static HeaderField Create(string name, string value) => new(name, " " + value);
}
