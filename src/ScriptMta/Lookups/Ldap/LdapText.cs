using System.Text;

namespace ScriptMta.Lookups;

enum LdapAnswer { OneEntry, Entries, Name }

/// <summary>
/// Attributes as Exim gives them (9.19). Values are joined with commas, a comma in a value is doubled. Of one requested attribute only the values are given; of several or
/// all, <c>name="values"</c> with a space between, where a backslash stands before quotes, backslashes and newlines. Entries are joined with newlines.
/// </summary>
static class LdapText
{
    /// <summary>Null when no entry has any of the attributes.</summary>
    public static string? Of(IEnumerable<LdapEntry> entries, bool oneAttribute)
    {
        var text = new StringBuilder();
        var any = false;
        foreach (var entry in entries)
        {
            // In Exim, also before an entry that has nothing to give.
            if (any) text.Append('\n');
            if (entry.Attributes.Count == 0) continue;
            any = true;
            if (oneAttribute) text.AppendJoin(',', entry.Attributes.SelectMany(attribute => attribute.Values).Select(Single));
            else text.AppendJoin(' ', entry.Attributes.Select(attribute => $"{attribute.Name}=\"{string.Join(',', attribute.Values.Select(Quoted))}\""));
        }
        return any ? text.ToString() : null;
    }

    static string Single(string value) => value.Replace(",", ",,", StringComparison.Ordinal);

    static string Quoted(string value)
    {
        var text = new StringBuilder(value.Length + 8);
        foreach (var c in value)
            _ = c switch
            {
                '\n' => text.Append("\\n"),
                '"' or '\\' => text.Append('\\').Append(c),
                ',' => text.Append(",,"),
                _ => text.Append(c),
            };
        return text.ToString();
    }
}
