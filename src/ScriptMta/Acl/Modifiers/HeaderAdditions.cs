using System.Text;
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
        foreach (var lines in Fields(text.Replace("\r", "")))
        {
            var place = TakePlace(lines, out var rest);
            if (Field(rest) is { } field && !session.HeadersAdd.Contains((place, field))) session.HeadersAdd.Add((place, field));
        }
    }

    /// <summary>The lines of each field together: those that begin with white space go on.</summary>
    static IEnumerable<string> Fields(string text)
    {
        StringBuilder? field = null;
        foreach (var line in text.Split('\n'))
        {
            if (field is not null && line.Length > 0 && line[0] is (' ' or '\t')) { field.Append('\n').Append(line); continue; }
            if (field is not null) yield return field.ToString();
            field = line.Length > 0 ? new(line) : null;
        }
        if (field is not null) yield return field.ToString();
    }

    /// <summary>$headers_added: the lines as a list between line ends, in which those of continued lines are doubled.</summary>
    public static string Text(AclSession session) => string.Join('\n', session.HeadersAdd.Select(a => a.Field.ToString().Replace("\n", "\n\n")));

    static AddedHeaderPlace TakePlace(string text, out string rest)
    {
        rest = text;
        foreach (var (word, place) in Places)
        {
            if (!text.TrimSpaceAtStart().StartsWith(word, StringComparison.OrdinalIgnoreCase)) continue;
            rest = text.TrimSpaceAtStart()[word.Length..].TrimSpaceAtStart();
            return place;
        }
        return AddedHeaderPlace.AtEnd;
    }

    static HeaderField? Field(string lines)
    {
        if (lines.TrimSpace().Length == 0) return null;
        var colon = lines.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && lines.AsSpan(0, colon).IndexOfAnyExceptInRange((char)33, (char)126) < 0 ? new(lines[..colon], lines[(colon + 1)..]) : HeaderField.Create("X-ACL-Warn", lines);
    }
}
