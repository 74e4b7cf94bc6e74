namespace ScriptMta.Mail;

/// <summary>One address of a header or a path. DisplayName is the phrase before it with quotes taken off, or the comment after it, not RFC 2047 decoded.</summary>
readonly record struct ParsedAddress(MailAddress Address, string DisplayName)
{
    /// <summary>Where the address itself stands in the text, a source route included; phrase, brackets and comments round it are not.</summary>
    public int Start { get; init; }
    public int End { get; init; }
}

/// <summary>
/// One address of a header field's list. Text is the item as written, trimmed, at Position in the list. Error is null when Address
/// stands, else Exim's text. Group is the name of the group that holds it ("" outside of one).
/// </summary>
sealed record AddressListItem(string Text, int Position, MailAddress Address, string DisplayName, string? Error, string Group);
