namespace ScriptMta.Mail;

/// <summary>
/// An envelope address: local part (quotes kept as received) and domain, byte text, no angle brackets. Domain is empty for an
/// unqualified address; both are empty for the null sender <c>&lt;&gt;</c> (RFC 5321 4.5.5).
/// </summary>
readonly record struct MailAddress(string LocalPart, string Domain)
{
    public static readonly MailAddress Null = new("", "");

    public bool IsNull => LocalPart.Length == 0 && Domain.Length == 0;
    public bool IsQualified => Domain.Length != 0;

    /// <summary>The null address is the empty text, as in Exim's $sender_address.</summary>
    public override string ToString() => Domain.Length == 0 ? LocalPart : LocalPart + "@" + Domain;

    /// <summary>Splits at the last '@' without checking syntax: for text that a checked source made.</summary>
    public static MailAddress Split(string text)
    {
        var at = text.LastIndexOf('@');
        return at < 0 ? new(text, "") : new(text[..at], text[(at + 1)..]);
    }

    /// <summary>Domains compare without case; local parts with it.</summary>
    public bool SameAs(MailAddress other) =>
        LocalPart == other.LocalPart && Domain.Equals(other.Domain, StringComparison.OrdinalIgnoreCase);

    /// <summary>$local_part is shown without the quotes and backslashes that the syntax asked for (Exim 11.9).</summary>
    public static string Unquoted(string localPart)
    {
        if (localPart.AsSpan().IndexOfAny('"', '\\') < 0) return localPart;
        var text = new System.Text.StringBuilder(localPart.Length);
        for (var i = 0; i < localPart.Length; i++)
        {
            if (localPart[i] == '"') continue;
            if (localPart[i] == '\\' && i + 1 < localPart.Length) i++;
            text.Append(localPart[i]);
        }
        return text.ToString();
    }
}
