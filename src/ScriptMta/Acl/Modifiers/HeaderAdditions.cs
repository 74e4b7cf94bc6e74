using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Acl;

/// <summary>Header lines out of the text of add_header (Exim 44.24): one or more, each perhaps continued, with an optional place before the first.</summary>
static class HeaderAdditions
{
    static readonly (string Word, AddedHeaderPlace Place)[] Places =
    [
        (":after_received:", AddedHeaderPlace.AfterReceived), (":at_start_rfc:", AddedHeaderPlace.AtStartRfc), (":at_start:", AddedHeaderPlace.AtStart), (":at_end:", AddedHeaderPlace.AtEnd),
    ];

    /// <summary>Text that has no field name becomes an X-ACL-Warn: line. A line that is there already is not added again.</summary>
    public static void Add(AclSession session, string text)
    {
        text = text.Replace("\r", "").Trim('\n');
        while (text.Length > 0)
        {
            var place = TakePlace(ref text);
            var field = TakeField(ref text);
            if (field is not null && !session.HeadersAdd.Contains((place, field))) session.HeadersAdd.Add((place, field));
        }
    }

    /// <summary>$headers_added: the lines as a list between line ends, in which those of continued lines are doubled.</summary>
    public static string Text(AclSession session) => string.Join('\n', session.HeadersAdd.Select(a => a.Field.ToString().Replace("\n", "\n\n")));

    static AddedHeaderPlace TakePlace(ref string text)
    {
        text = text.TrimStart('\n');
        foreach (var (word, place) in Places)
        {
            if (!text.TrimSpaceAtStart().StartsWith(word, StringComparison.OrdinalIgnoreCase)) continue;
            text = text.TrimSpaceAtStart()[word.Length..].TrimSpaceAtStart();
            return place;
        }
        return AddedHeaderPlace.AtEnd;
    }

    static HeaderField? TakeField(ref string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        while (end >= 0 && end + 1 < text.Length && (text[end + 1] == ' ' || text[end + 1] == '\t')) end = text.IndexOf('\n', end + 1);
        var line = end < 0 ? text : text[..end];
        text = end < 0 ? "" : text[(end + 1)..];
        if (line.TrimSpace().Length == 0) return null;
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && line.AsSpan(0, colon).IndexOfAnyExceptInRange((char)33, (char)126) < 0 ? new(line[..colon], line[(colon + 1)..]) : HeaderField.Create("X-ACL-Warn", line);
    }
}
