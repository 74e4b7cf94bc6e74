using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>The item forms of each kind of list, in the order in which Exim tries them.</summary>
static class ListPatterns
{
    public static ListPattern Parse(string text, NamedListKind kind) => kind switch
    {
        NamedListKind.Domain => Domain(text),
        NamedListKind.LocalPart => LocalPart(text),
        NamedListKind.Address => AddressPattern.Parse(text),
        _ => HostPattern.Parse(text),
    };

    /// <summary>Exim 10.9.</summary>
    public static ListPattern Domain(string text) => text switch
    {
        "@" => new OwnNamePattern(),
        "@[]" => new OwnLiteralPattern(),
        ['@', 'm', 'x', '_', ..] => MxPattern.Parse(text),
        _ => LocalPart(text),
    };

    /// <summary>Exim 10.22: a domain list without the items that mean this host.</summary>
    public static ListPattern LocalPart(string text) => text switch
    {
        ['^', ..] => new RegexPattern(text),
        ['*', ..] => new SuffixPattern(text),
        _ => text.IndexOf(';') is var at and >= 0 ? new LookupPattern(text[..at], text[(at + 1)..]) : new LiteralPattern(text),
    };
}
