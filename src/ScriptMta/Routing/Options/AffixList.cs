using System.Collections.Immutable;

namespace ScriptMta.Routing;

/// <summary>What an affix took from a local part: the affix itself and the part of it that a wildcard matched.</summary>
readonly record struct AffixMatch(string Affix, string Wild);

/// <summary>
/// local_part_prefix or local_part_suffix: affixes in the order to try, each perhaps with "*" at its outer end. A wildcard takes as much as
/// it can. The comparison ignores case; what is left of the local part may be nothing.
/// </summary>
sealed record AffixList(ImmutableArray<string> Affixes, bool Optional)
{
    public static readonly AffixList None = new([], Optional: true);

    public bool IsSet => Affixes.Length > 0;

    public AffixMatch? MatchPrefix(string localPart)
    {
        foreach (var prefix in Affixes)
            if (Prefix(prefix, localPart) is { } match) return match;
        return null;
    }

    public AffixMatch? MatchSuffix(string localPart)
    {
        foreach (var suffix in Affixes)
            if (Suffix(suffix, localPart) is { } match) return match;
        return null;
    }

    static AffixMatch? Prefix(string prefix, string localPart)
    {
        if (!prefix.StartsWith('*'))
            return localPart.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? new(localPart[..prefix.Length], "") : null;
        var fixedPart = prefix[1..];
        var at = localPart.LastIndexOf(fixedPart, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : new(localPart[..(at + fixedPart.Length)], localPart[..at]);
    }

    static AffixMatch? Suffix(string suffix, string localPart)
    {
        if (!suffix.EndsWith('*'))
            return localPart.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) ? new(localPart[^suffix.Length..], "") : null;
        var fixedPart = suffix[..^1];
        var at = localPart.IndexOf(fixedPart, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? null : new(localPart[at..], localPart[(at + fixedPart.Length)..]);
    }
}
