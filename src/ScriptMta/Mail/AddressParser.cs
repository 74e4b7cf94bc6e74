namespace ScriptMta.Mail;

/// <summary>
/// Addresses from text: the content of SMTP paths (RFC 5321 4.1.2), one address of a header or option (RFC 5322 3.4), and header lists.
/// Never throws; a fault is Exim's error text. Control characters are refused everywhere, even quoted.
/// </summary>
static class AddressParser
{
    /// <summary>Longest address in bytes: RFC 5321 4.5.3.1.3 gives a path 256 with its brackets; Exim allows 256 without.</summary>
    public const int MaxLength = 256;

    /// <summary>What stands after MAIL FROM: or RCPT TO:, without ESMTP parameters. Brackets may be missing and a phrase may stand before them, as in Exim.</summary>
    public static bool TryParsePath(string text, AddressRules rules, out MailAddress address, out string error)
    {
        var good = TryParseOne(text, rules, out var parsed, out error);
        address = parsed.Address;
        return good;
    }

    /// <summary>One address with whatever stands round it: <c>Name &lt;a@b&gt;</c>, <c>a@b (comment)</c>, <c>"a b"@c</c>.</summary>
    public static bool TryParseOne(string text, AddressRules rules, out ParsedAddress parsed, out string error)
    {
        var reader = new AddressReader(text, rules);
        var good = reader.TryRead(out parsed);
        error = reader.Error ?? "";
        if (!good) parsed = default;
        return good;
    }

    /// <summary>
    /// The items of an address list (RFC 5322 3.4 with groups and the empty items of 4.4), one at a time, in time linear in the text. An item that is no
    /// address has an Error; the items after it still come.
    /// </summary>
    public static IEnumerable<AddressListItem> ParseList(string text, AddressRules rules)
    {
        var group = "";
        for (var start = 0; start < text.Length;)
        {
            var end = ItemEnd(text, start, inGroup: group.Length > 0);
            var separator = end < text.Length ? text[end] : ',';
            var item = text.AsSpan(start, end - start);
            var lead = item.Length - item.TrimStart(Blank).Length;
            var content = item.Trim(Blank).ToString();
            if (separator == ':') group = content.Length == 0 ? "(unnamed)" : content;
            else if (!IsBlank(content)) yield return Item(content, start + lead, group, rules);
            if (separator == ';') group = "";
            start = end + 1;
        }
    }

    static AddressListItem Item(string content, int position, string group, AddressRules rules) =>
        TryParseOne(content, rules, out var parsed, out var error)
            ? new(content, position, parsed.Address, parsed.DisplayName, null, group)
            : new(content, position, default, "", error, group);

    const string Blank = " \t\r\n";

    /// <summary>Nothing, or nothing but comments, is an empty item.</summary>
    static bool IsBlank(string content) => content.Length == 0 || (content[0] == '(' && ItemStart(content, 0) >= content.Length);

    static int ItemStart(string text, int at)
    {
        while (at < text.Length && (text[at] == '(' || AddressCharacters.IsSpace(text[at])))
            at = text[at] == '(' ? SkipComment(text, at) : at + 1;
        return at;
    }

    /// <summary>Where the comma, the colon of a group, or (in a group) the semicolon that ends this item stands, or the end of the text.</summary>
    static int ItemEnd(string text, int start, bool inGroup)
    {
        var qualified = false;
        for (var at = start; at < text.Length; at++)
            switch (text[at])
            {
                case '\\': at++; break;
                case '"': at = SkipQuoted(text, at); break;
                case '(': at = SkipComment(text, at) - 1; break;
                case '<': at = SkipBrackets(text, at); qualified = true; break;
                case '@': qualified = true; break;
                case ',': return at;
                case ';' when inGroup: return at;
                case ':' when !qualified && !inGroup: return at;
            }
        return text.Length;
    }

    /// <summary>Position of the closing quote.</summary>
    static int SkipQuoted(string text, int at)
    {
        for (at++; at < text.Length && text[at] != '"'; at++)
            if (text[at] == '\\') at++;
        return at;
    }

    /// <summary>Position of the "&gt;"; an unclosed bracket counts for nothing, so that one bad item does not take the others with it.</summary>
    static int SkipBrackets(string text, int at)
    {
        var first = at;
        for (at++; at < text.Length && text[at] != '>'; at++)
            if (text[at] == '"') at = SkipQuoted(text, at);
            else if (text[at] == '\\') at++;
            else if (text[at] == '<') return first;
        return at < text.Length ? at : first;
    }

    /// <summary>Position after the comment that begins here.</summary>
    static int SkipComment(string text, int at)
    {
        for (var depth = 0; at < text.Length; at++)
            if (text[at] == '\\') at++;
            else if (text[at] == '(') depth++;
            else if (text[at] == ')' && --depth == 0) return at + 1;
        return text.Length;
    }
}
