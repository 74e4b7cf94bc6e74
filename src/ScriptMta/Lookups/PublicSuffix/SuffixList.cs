using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Lookups;

/// <summary>
/// The list of publicsuffix.org: a rule a line up to the first white space, "//" comments, "*." for any one label, "!" for an exception. Labels that are not ASCII are
/// kept in their xn-- form. A name that no rule fits has no public suffix: the "*" that the site implies for other programs is not implied here, as in Exim.
/// </summary>
sealed class SuffixList
{
    const string Prefix = "xn--";

    readonly HashSet<string> _rules = new(StringComparer.Ordinal), _wild = new(StringComparer.Ordinal), _exceptions = new(StringComparer.Ordinal);

    public SuffixList(byte[] bytes)
    {
        foreach (var line in Latin1.Decode(bytes).Split('\n'))
        {
            var end = line.AsSpan().IndexOfAny(' ', '\t', '\r');
            var rule = end < 0 ? line : line[..end];
            if (rule.Length == 0 || rule.StartsWith("//", StringComparison.Ordinal)) continue;
            if (rule[0] == '!') _exceptions.Add(Encoded(rule[1..]));
            else if (rule.StartsWith("*.", StringComparison.Ordinal)) _wild.Add(Encoded(rule[2..]));
            else _rules.Add(Encoded(rule));
        }
    }

    /// <summary>How many characters at the end of the (encoded) name are its public suffix; null when no rule fits. An exception beats all rules, else the longest counts.</summary>
    public int? SuffixLength(string name)
    {
        int? longest = null;
        for (var at = 0; at < name.Length; at = After(name, at))
        {
            var (rest, parent) = (name[at..], name[Math.Min(After(name, at), name.Length)..]);
            if (_exceptions.Contains(rest)) return parent.Length;
            if (longest is null && (_rules.Contains(rest) || _wild.Contains(parent))) longest = rest.Length;
        }
        return longest;
    }

    /// <summary>Where the label after the one at the place begins; the length or more when there is none.</summary>
    static int After(string name, int at) => name.IndexOf('.', at) is var dot and >= 0 ? dot + 1 : name.Length;

    /// <summary>Lower case, with xn-- labels.</summary>
    public static string Encoded(string name) => System.Text.Ascii.IsValid(name) ? AsciiCase.Lower(name)
        : string.Join('.', Latin1.ToUnicode(name).ToLowerInvariant().Split('.').Select(label => !System.Text.Ascii.IsValid(label) && Punycode.Encode(label) is { } coded ? Prefix + coded : label));

    public static string Decoded(string name) => Latin1.FromUnicode(
        string.Join('.', name.Split('.').Select(label => label.StartsWith(Prefix, StringComparison.Ordinal) && Punycode.Decode(label[Prefix.Length..]) is { } text ? text : label)));
}
