using ScriptMta.Common;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>What one item of a redirection list asks for (Exim 22.6). Line is from 1 in the text that held it.</summary>
abstract record RedirectItem(int Line)
{
    /// <summary>It was parted from its neighbours by ";", which only we accept.</summary>
    public bool BySemicolon { get; init; }

    /// <summary>AsIncoming: a leading backslash, so that an unqualified address gets the domain of the incoming one.</summary>
    public sealed record Address(MailAddress Target, bool AsIncoming, int Line) : RedirectItem(Line);
    public sealed record Pipe(string Command, int Line) : RedirectItem(Line);
    /// <summary>A path; one that ends in "/" is a directory.</summary>
    public sealed record File(string Path, int Line) : RedirectItem(Line);
    public sealed record Include(string Path, int Line) : RedirectItem(Line);
    public sealed record Fail(string Text, int Line) : RedirectItem(Line);
    public sealed record Defer(string Text, int Line) : RedirectItem(Line);
    public sealed record Blackhole(int Line) : RedirectItem(Line);
    /// <summary>:unknown: and items that are empty when their quotes are off.</summary>
    public sealed record Nothing(int Line, bool IsUnknown = false) : RedirectItem(Line);
    /// <summary>Reason is the address parser's; Text the item.</summary>
    public sealed record Malformed(string Reason, string Text, int Line) : RedirectItem(Line);
}

/// <summary>Raw items into what they mean.</summary>
static class RedirectItems
{
    /// <summary>Addresses with a domain win over "/path" and "|command". Text of the form "a; b", whose parts all parse, counts as separate items (BSD manuals show it).</summary>
    public static IEnumerable<RedirectItem> Read(string list, AddressRules rules) =>
        RedirectListGrammar.Read(list).SelectMany(raw => Classify(raw, rules with { AllowDomainLiterals = true }));

    static RedirectItem[] Classify(RawRedirectItem raw, AddressRules rules)
    {
        var item = One(raw, rules);
        return item is RedirectItem.Malformed && BySemicolons(raw, rules) is { } parts ? parts : [item];
    }

    static RedirectItem One(RawRedirectItem raw, AddressRules rules)
    {
        var (text, line) = (Unquoted(raw.Text), raw.Line);
        if (text.Length == 0) return new RedirectItem.Nothing(line);
        foreach (var (word, make) in Special)
            if (text.StartsWith(word, StringComparison.Ordinal)) return make(text[word.Length..].Trim(' ', '\t', '\r', '\n'), line);
        if (text[0] == '\\' && AddressParser.TryParseOne(text[1..], rules, out var bare, out _) && !bare.Address.IsQualified)
            return new RedirectItem.Address(bare.Address, AsIncoming: true, line);
        var isAddress = AddressParser.TryParseOne(text, rules, out var parsed, out var error);
        if (isAddress && (parsed.Address.IsQualified || text[0] is not ('|' or '/'))) return new RedirectItem.Address(parsed.Address, AsIncoming: false, line);
        return text[0] switch
        {
            '(' when !AddressParser.ParseList(text, rules).Any() => new RedirectItem.Nothing(line),
            '|' => new RedirectItem.Pipe(text[1..], line),
            '/' => new RedirectItem.File(text, line),
            _ => new RedirectItem.Malformed(error, text, line),
        };
    }

    static readonly (string Word, Func<string, int, RedirectItem> Make)[] Special =
    [
        (":include:", (rest, line) => new RedirectItem.Include(rest, line)),
        (":blackhole:", (_, line) => new RedirectItem.Blackhole(line)),
        (":unknown:", (_, line) => new RedirectItem.Nothing(line, IsUnknown: true)),
        (":fail:", (rest, line) => new RedirectItem.Fail(rest, line)),
        (":defer:", (rest, line) => new RedirectItem.Defer(rest, line)),
    ];

    /// <summary>Quotes round a whole item go, and the backslashes that they needed.</summary>
    static string Unquoted(string item)
    {
        if (item.Length < 2 || item[0] != '"') return item;
        var text = new System.Text.StringBuilder(item.Length);
        for (var i = 1; i < item.Length; i++)
        {
            if (item[i] == '"') return i == item.Length - 1 ? text.ToString().TrimSpace() : item;
            if (item[i] == '\\' && i + 1 < item.Length) i++;
            text.Append(item[i]);
        }
        return item;
    }

    static RedirectItem[]? BySemicolons(RawRedirectItem raw, AddressRules rules)
    {
        if (!raw.Text.Contains(';') || raw.Text.Contains('"')) return null;
        RedirectItem[] parts = [.. raw.Text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => One(new(part, raw.Line), rules) with { BySemicolon = true })];
        return Array.Exists(parts, p => p is RedirectItem.Malformed) ? null : parts;
    }
}
