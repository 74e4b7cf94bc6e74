using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace ScriptMta.Expansion;

/// <summary>
/// ${quote_TYPE:}: what each lookup type needs escaped (Exim 9 and the chapters of the types). A stranger's text stays tainted but is marked as quoted for that type,
/// which its lookup asks for.
/// </summary>
static class LookupQuoting
{
    const string SqlSpecial = "'\"\\";

    /// <summary>ldap, ldapdn and ldapm quote alike, so text that is quoted for one of them is for all.</summary>
    public const string LdapFamily = "ldap";

    static readonly FrozenDictionary<string, Func<string, string>> Quoters = new Dictionary<string, Func<string, string>>(StringComparer.Ordinal)
    {
        ["mysql"] = text => Backslashed(text, SqlSpecial),
        // A quote is doubled, which is right whether standard_conforming_strings is on or off.
        ["pgsql"] = text => Backslashed(text, "\"\\").Replace("'", "''", StringComparison.Ordinal),
        ["sqlite"] = text => text.Replace("'", "''", StringComparison.Ordinal),
        ["redis"] = RedisWord,
        ["ldap"] = LdapFilter,
        ["ldapdn"] = LdapFilter,
        ["ldapm"] = LdapFilter,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Types in whose keys and queries no character means anything.</summary>
    static readonly FrozenSet<string> Plain = new[]
    {
        "lsearch", "wildlsearch", "nwildlsearch", "iplsearch", "cdb", "dbm", "dbmjz", "dbmnz", "dnsdb", "dsearch", "passwd", "spf", "nis", "nis0", "json", "psl", "regdom",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <param name="type">The type, perhaps with "_dn".</param>
    public static ExpandedKind Append(Evaluation evaluation, Value value, string type)
    {
        var cut = type.IndexOf('_');
        var (name, option) = cut < 0 ? (type, null) : (type[..cut], type[(cut + 1)..]);
        var quote = Quoters.GetValueOrDefault(name);
        if (quote is null && !Plain.Contains(name)) return evaluation.Fail($"unknown lookup type \"{name}\"");
        if (option is not null && (option != "dn" || quote != LdapFilter)) return evaluation.Fail($"\"{option}\" unrecognized after \"${{quote_{name}\"");
        var text = option is not null ? LdapName(value.Text) : quote is null ? value.Text : quote(value.Text);
        return evaluation.Append(text, value.IsTainted ? Taint.Quoted(quote == LdapFilter ? LdapFamily : name) : Taint.Clean);
    }

    static string Backslashed(string text, string special)
    {
        var quoted = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c switch
            {
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '\r' => quoted.Append("\\r"),
                '\b' => quoted.Append("\\b"),
                _ => special.Contains(c) ? quoted.Append('\\').Append(c) : quoted.Append(c),
            };
        return quoted.ToString();
    }

    /// <summary>A command is taken apart at white space.</summary>
    static string RedisWord(string text)
    {
        var quoted = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c is ' ' or '\t' or '\n' or '\r' or '\v' or '\f' or '\\' ? quoted.Append('\\').Append(c) : quoted.Append(c);
        return quoted.ToString();
    }

    /// <summary>RFC 4515 escapes, then those of a URL, since queries are LDAP URLs.</summary>
    static string LdapFilter(string text)
    {
        var quoted = new StringBuilder(text.Length + 16);
        foreach (var c in text)
            if ("*()\\".Contains(c)) quoted.Append("%5C").Append(((int)c).ToString("X2"));
            else UrlCoded(quoted, c);
        return quoted.ToString();
    }

    /// <summary>RFC 4514 escapes: spaces at either end, "#" at the start, and the separators; then those of a URL.</summary>
    static string LdapName(string text)
    {
        var quoted = new StringBuilder(text.Length + 16);
        var inner = text.TrimStart(' ');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var edge = c == ' ' && (i < text.Length - inner.Length || i >= text.TrimEnd(' ').Length);
            if (edge || (c == '#' && i == text.Length - inner.Length) || ",+\"\\<>;".Contains(c)) quoted.Append("%5C");
            UrlCoded(quoted, c);
        }
        return quoted.ToString();
    }

    static void UrlCoded(StringBuilder quoted, char c) =>
        _ = NotCoded.Contains(c) ? quoted.Append(c) : quoted.Append('%').Append(((int)c).ToString("X2"));

    static readonly SearchValues<char> NotCoded = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!$'()*+-._");
}
