using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

enum Strictness { Never, Lax, Strict }

/// <summary>
/// A dnsdb query taken apart (Exim 9.10 to 9.13): <c>[>sep[,fieldsep|;]] [modifier,]… [type=]names</c>. Fields = null: the default for the type; empty: fields joined
/// with nothing between.
/// </summary>
sealed record DnsdbQuery(string Type, IReadOnlyList<string> Names, char Separator, string? Fields, Strictness Defer, Strictness Dnssec)
{
    public static DnsdbQuery? Parse(string text, out string error)
    {
        error = "";
        var rest = text.TrimStart();
        var (separator, fields) = ('\n', (string?)null);
        if (rest is ['>', _, ..])
        {
            separator = rest[1];
            rest = rest[2..];
            if (rest is [',', var field, ..]) (fields, rest) = (field.ToString(), rest[2..]);
            else if (rest is [';', ..]) (fields, rest) = ("", rest[1..]);
            rest = rest.TrimStart();
        }
        var (defer, dnssec) = (Strictness.Lax, Strictness.Lax);
        while (Modifier(ref rest, ref defer, ref dnssec, out error)) { }
        if (error.Length > 0) return null;
        var equals = rest.IndexOf('=');
        var type = equals < 0 ? "txt" : AsciiCase.Lower(rest[..equals].Trim());
        var names = equals < 0 ? rest : rest[(equals + 1)..].Trim();
        // One IPv6 address is not a list of its groups.
        IReadOnlyList<string> items = type == "ptr" && IpNetwork.TryAddress(names, out _) ? [names] : new ListText(names).ToList();
        return new(type, items, separator, fields, defer, dnssec);
    }

    static bool Modifier(ref string rest, ref Strictness defer, ref Strictness dnssec, out string error)
    {
        error = "";
        var comma = rest.IndexOf(',');
        if (comma < 0) return false;
        var word = rest[..comma].Trim();
        var known = word.StartsWith("retrans_", StringComparison.Ordinal) || word.StartsWith("retry_", StringComparison.Ordinal); // the resolver's own limits hold
        if (word.StartsWith("defer_", StringComparison.Ordinal) && !(known = Enum.TryParse(word[6..], ignoreCase: true, out defer))) error = $"unsupported dnsdb defer behaviour \"{word}\"";
        if (word.StartsWith("dnssec_", StringComparison.Ordinal) && !(known = Enum.TryParse(word[7..], ignoreCase: true, out dnssec))) error = $"unsupported dnsdb dnssec behaviour \"{word}\"";
        if (known) rest = rest[(comma + 1)..].TrimStart();
        return known;
    }
}
