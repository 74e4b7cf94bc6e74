using System.Collections.Frozen;
using System.Text;

namespace ScriptMta.Expansion;

/// <summary>${quote_TYPE:}: what each lookup type needs escaped; the result is marked as quoted for that type, which its lookup asks for when the text is tainted.</summary>
static class LookupQuoting
{
    static readonly FrozenDictionary<string, Func<string, string>> Quoters = new Dictionary<string, Func<string, string>>(StringComparer.Ordinal)
    {
        ["mysql"] = text => Backslashed(text, "'\"\\%_", letters: true),
        ["pgsql"] = Postgres,
        ["sqlite"] = text => text.Replace("'", "''"),
        ["ldap"] = text => text,
        ["ldapdn"] = text => text,
        ["ldapm"] = text => text,
        ["nis"] = text => text, ["nis0"] = text => text,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static readonly FrozenSet<string> Plain = new[]
    {
        "lsearch", "wildlsearch", "nwildlsearch", "iplsearch", "cdb", "dbm", "dbmjz", "dbmnz", "dnsdb", "dsearch", "passwd", "json", "lmdb", "redis", "spf", "testdb",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static ExpandedKind Append(Evaluation evaluation, Value value, string type)
    {
        if (Quoters.TryGetValue(type, out var quote)) return evaluation.Append(quote(value.Text), value.IsTainted ? Taint.Quoted(type) : Taint.Clean);
        if (!Plain.Contains(type) && !evaluation.Context.Environment.Lookups.ContainsKey(type)) return evaluation.Fail($"unknown lookup type \"{type}\"");
        return evaluation.Append(value.Text, value.IsTainted ? Taint.Quoted(type) : Taint.Clean);
    }

    static string Backslashed(string text, string special, bool letters)
    {
        var quoted = new StringBuilder(text.Length + 8);
        foreach (var c in text)
            _ = c switch
            {
                '\n' when letters => quoted.Append("\\n"),
                '\t' when letters => quoted.Append("\\t"),
                '\r' when letters => quoted.Append("\\r"),
                '\b' when letters => quoted.Append("\\b"),
                _ => special.Contains(c) ? quoted.Append('\\').Append(c) : quoted.Append(c),
            };
        return quoted.ToString();
    }

    /// <summary>A quote is doubled, since standard_conforming_strings may be on or off; the rest as for MySQL.</summary>
    static string Postgres(string text) => Backslashed(text, "\"\\%_", letters: true).Replace("'", "''");
}
