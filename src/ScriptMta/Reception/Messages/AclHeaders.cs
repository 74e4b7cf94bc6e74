using System.Collections.Immutable;
using ScriptMta.Acl;
using ScriptMta.Mail;

namespace ScriptMta.Reception;

/// <summary>Carries out add_header and remove_header (Exim 44.24, 44.25) and empties the session's lists. Removal comes first, so that a rule can replace a field.</summary>
static class AclHeaders
{
    public static HeaderSection Apply(HeaderSection headers, AclSession session)
    {
        if (session.HeadersAdd.Count == 0 && session.HeadersRemove.Count == 0) return headers;
        var fields = headers.Fields;
        foreach (var name in session.HeadersRemove) fields = fields.RemoveAll(f => Matches(f, name));
        foreach (var (place, field) in session.HeadersAdd) fields = fields.Insert(Index(fields, place), field);
        session.HeadersAdd.Clear();
        session.HeadersRemove.Clear();
        return new(fields);
    }

    static int Index(ImmutableArray<HeaderField> fields, AddedHeaderPlace place) => place switch
    {
        AddedHeaderPlace.AtStart => 0,
        AddedHeaderPlace.AfterReceived => After(fields, static f => f.Is("Received")),
        AddedHeaderPlace.AtStartRfc => After(fields, static f => f.Is("Received") || f.Name.StartsWith("Resent-", StringComparison.OrdinalIgnoreCase)),
        _ => fields.Length,
    };

    /// <summary>After the first block of such fields; at the start when there is none.</summary>
    static int After(ImmutableArray<HeaderField> fields, Func<HeaderField, bool> isIt)
    {
        var first = First(fields, isIt);
        if (first == fields.Length) return 0;
        while (first < fields.Length && isIt(fields[first])) first++;
        return first;
    }

    static int First(ImmutableArray<HeaderField> fields, Func<HeaderField, bool> isIt)
    {
        for (var i = 0; i < fields.Length; i++)
            if (isIt(fields[i])) return i;
        return fields.Length;
    }

    /// <summary>A name, or the beginning of one before a final "*".</summary>
    static bool Matches(HeaderField field, string name) =>
        name.EndsWith('*') ? field.Name.StartsWith(name[..^1], StringComparison.OrdinalIgnoreCase) : field.Is(name);
}
