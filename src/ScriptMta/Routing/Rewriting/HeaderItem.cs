using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>One item of a header's address list, by its places in the field's body: Start to End is the item, Next is where the one after it begins.</summary>
readonly record struct HeaderItem(int Start, int End, int Next)
{
    /// <summary>Items end at commas, and only there (an address that follows the ";" of a group is not looked at, as in Exim). Space after the comma belongs to the item before.</summary>
    public static HeaderItem At(string body, int start)
    {
        var end = start;
        for (; end < body.Length && body[end] != ','; end++)
            if (body[end] == '"') end = Quoted(body, end);
            else if (body[end] == '(') end = Comment(body, end);
            else if (body[end] == '<') end = Brackets(body, end);
            else if (body[end] == '\\') end++;
        end = Math.Min(end, body.Length);
        var next = Math.Min(end + 1, body.Length);
        while (next < body.Length && AddressCharacters.IsSpace(body[next])) next++;
        return new(start, end, next);
    }

    /// <summary>What is left of the item behind the name of a group: "team:" opens one, and from then on a ";" ends an address.</summary>
    public (int Start, int End) Address(string body, ref bool inGroup)
    {
        var (start, end, seenAddress) = (Start, End, false);
        for (var at = Start; at < End; at++)
            if (body[at] == '"') at = Quoted(body, at);
            else if (body[at] == '(') at = Comment(body, at);
            else if (body[at] == '<') (at, seenAddress) = (Brackets(body, at), true);
            else if (body[at] == '\\') at++;
            else if (body[at] == '@') seenAddress = true;
            else if (body[at] == ':' && !seenAddress && !inGroup) (start, inGroup) = (at + 1, true);
            else if (body[at] == ';' && inGroup) { inGroup = false; end = at; break; }
        while (start < end && AddressCharacters.IsSpace(body[start])) start++;
        return (start, end);
    }

    /// <summary>The closing quote, or the end.</summary>
    static int Quoted(string body, int at)
    {
        for (at++; at < body.Length && body[at] != '"'; at++)
            if (body[at] == '\\') at++;
        return at;
    }

    static int Comment(string body, int at)
    {
        for (var depth = 0; at < body.Length; at++)
            if (body[at] == '\\') at++;
            else if (body[at] == '(') depth++;
            else if (body[at] == ')' && --depth == 0) return at;
        return at;
    }

    static int Brackets(string body, int at)
    {
        for (at++; at < body.Length && body[at] != '>'; at++)
            if (body[at] == '"') at = Quoted(body, at);
            else if (body[at] == '\\') at++;
        return at;
    }
}
