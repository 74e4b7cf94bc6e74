using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>The items of address lists (Exim 10.20).</summary>
static class AddressPattern
{
    public static ListPattern Parse(string text)
    {
        if (text.Length == 0) return new NullSenderPattern();
        if (text[0] == '^') return new WholeAddressRegex(text);
        if (text.StartsWith("@@", StringComparison.Ordinal) && text.IndexOf(';') is var semicolon and > 0)
            return new LocalPartsLookup(text, text[2..semicolon], text[(semicolon + 1)..]);
        if (text.IndexOf(';') is var at and > 0 && IsWholeAddressType(text.AsSpan(0, at))) return new WholeAddressLookup(text, text[..at], text[(at + 1)..]);
        return Split(text) is var split and >= 0
            ? new LocalPartAtDomain(text[..split], text[(split + 1)..])
            : new LocalPartAtDomain(null, text);
    }

    /// <summary>A lookup type before the semicolon, perhaps with defaults, and not "*@type" or "name@type". With options ("type,ret=key") Exim takes it for a domain item.</summary>
    static bool IsWholeAddressType(ReadOnlySpan<char> type)
    {
        if (type.EndsWith("*@")) type = type[..^2];
        return type.Length > 0 && type[0] != '*' && type.IndexOfAny('@', ',') < 0;
    }

    /// <summary>The last "@" before any lookup, but "name@@", "name@@[]" and "name@@mx_any" end in items that begin with "@".</summary>
    static int Split(string text)
    {
        var end = text.IndexOf(';') is var semicolon and >= 0 ? semicolon : text.Length;
        var at = text.AsSpan(0, end).LastIndexOf('@');
        return at > 0 && text[at - 1] == '@' && text.AsSpan(at) is "@" or "@[]" or ['@', 'm', 'x', '_', ..] ? at - 1 : at;
    }

    /// <summary>Only the null sender may lack an "@"; anything else without one matches no item.</summary>
    public static bool LacksDomain(ListSubject subject) => subject.Text.Length != 0 && !subject.Text.Contains('@');

    /// <summary>The subject as keys and patterns see it: the domain is always in lower case, the local part as the list has it.</summary>
    public static string Folded(ListSubject subject)
    {
        if (subject.Caseless) return subject.Lower;
        var at = subject.Text.LastIndexOf('@');
        return at < 0 ? subject.Text : subject.Text[..at] + subject.Lower[at..];
    }
}

/// <summary>An empty item: the null sender.</summary>
sealed class NullSenderPattern : ListPattern
{
    public override ItemResult Test(ListSubject subject) => subject.Text.Length == 0 ? ItemResult.Yes(null) : ItemResult.No;
}

/// <summary>"^…" on the whole address; it leaves no data, and captures only where the subject wants them.</summary>
sealed class WholeAddressRegex(string text) : ListPattern
{
    readonly RegexPattern _pattern = new(text);

    public override ItemResult Test(ListSubject subject)
    {
        if (AddressPattern.LacksDomain(subject)) return ItemResult.No;
        var whole = subject.Within(NamedListKind.Address, AddressPattern.Folded(subject), subject.Caseless, subject.Captures);
        var result = _pattern.Test(whole);
        if (result.Outcome != ItemOutcome.Yes) return result;
        subject.CaptureWhole(whole);
        return ItemResult.Yes(null);
    }
}

/// <summary>"type;file": the whole address is the key; a query stands by itself. "partial-" makes no sense here and is ignored, with a line in the panic log.</summary>
sealed class WholeAddressLookup(string item, string type, string rest) : ListPattern
{
    public override ItemResult Test(ListSubject subject)
    {
        if (AddressPattern.LacksDomain(subject)) return ItemResult.No;
        var search = LookupSearch.Parse(type, subject.Context.Environment.Lookups, out var error);
        if (search is null) return ItemResult.Defer(error);
        if (search.IsPartial)
        {
            subject.Context.Environment.Log.Panic(subject.Context.Message.Id,
                $"partial matching is not applicable to whole-address lookups: ignored \"{type[..(type.IndexOf('-') + 1)]}\" in \"{item}\"");
            search = search.WithoutPartial();
        }
        return LookupPattern.Outcome(search.Find(Value.Tainted(AddressPattern.Folded(subject)), LookupSearch.SourceOfItem(rest, subject.ListTaint), subject.Context).Result);
    }
}

/// <summary>"local@domain", "*@domain", "domain": the local part by text, the domain (in lower case, even where "+caseful" makes the item's capitals count) as an item of a domain list. Data is the item with the domain's data in place.</summary>
sealed class LocalPartAtDomain(string? localPart, string domain) : ListPattern
{
    readonly Lazy<ListPattern> _domain = new(() => new ParsedListPattern(domain), LazyThreadSafetyMode.PublicationOnly);

    public override TableKey? Key => IsPlain(domain) && localPart is null or "*" or not ['*', ..] ? new(TableKind.Address, (localPart is null or "*" ? "" : localPart) + "@" + domain) : null;

    static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create("*^@+!/;");

    /// <summary>A name, or "*.name".</summary>
    static bool IsPlain(string domain) => domain.Length > 0 && domain.AsSpan(domain.StartsWith("*.", StringComparison.Ordinal) ? 1 : 0).IndexOfAny(Special) < 0;

    public override ItemResult Test(ListSubject subject)
    {
        if (subject.Text.Length == 0 || domain.Length == 0) return ItemResult.No;
        var at = subject.Text.LastIndexOf('@');
        if (at < 0)
        {
            subject.Context.Environment.Log.Main(subject.Context.Message.Id,
                $"no @ found in the subject of an address list match: subject=\"{subject.Text}\" pattern=\"{(localPart is null ? "" : localPart + "@")}{domain}\"");
            return ItemResult.No;
        }
        if (localPart is not null && !LocalPartMatches(subject.Text.AsSpan(0, at), subject.Caseless)) return ItemResult.No;
        var domainPart = subject.Within(NamedListKind.Domain, subject.Lower[(at + 1)..], subject.Caseless, subject.Captures);
        var result = _domain.Value.Test(domainPart);
        if (result.Outcome == ItemOutcome.Yes) subject.CaptureWhole(domainPart, localPart is ['*', ..] ? subject.Text[..(at - localPart.Length + 1)] : null);
        return result.Outcome == ItemOutcome.Yes
            ? ItemResult.Yes(new Value(localPart + "@" + result.Data?.Text, subject.ListTaint.Join(result.Data?.Taint ?? Taint.Clean))) : result;
    }

    bool LocalPartMatches(ReadOnlySpan<char> text, bool caseless) => localPart!.StartsWith('*')
        ? caseless ? AsciiCase.EndsWith(text, localPart.AsSpan(1)) : text.EndsWith(localPart.AsSpan(1), StringComparison.Ordinal)
        : caseless ? AsciiCase.Same(text, localPart) : text.SequenceEqual(localPart);

    /// <summary>One item of a domain list, with its sign and named lists, but never split.</summary>
    sealed class ParsedListPattern(string text) : ListPattern
    {
        readonly ParsedList _list = ParsedList.Single(text, NamedListKind.Domain);

        public override ItemResult Test(ListSubject subject)
        {
            var match = _list.Test(subject);
            return match.Kind switch
            {
                MatchKind.Yes => ItemResult.Yes(subject.Data),
                MatchKind.No => ItemResult.No,
                _ => ItemResult.Defer(match.Reason ?? ""),
            };
        }
    }
}

/// <summary>"@@type;file": the domain is the key, the data a list of local parts; its last item ">key" goes on with another key.</summary>
sealed class LocalPartsLookup(string item, string type, string rest) : ListPattern
{
    // Exim 10.20: chains may be fifty long.
    const int ChainLimit = 50;

    public override ItemResult Test(ListSubject subject)
    {
        var at = subject.Text.LastIndexOf('@');
        if (at < 0) return ItemResult.No;
        var search = LookupSearch.Parse(type, subject.Context.Environment.Lookups, out var error);
        if (search is null) return ItemResult.Defer(error);
        var localPart = subject.Text[..at];
        var key = Value.Tainted(subject.Lower[(at + 1)..]);
        for (var links = 0; links < ChainLimit; links++)
        {
            var result = search.Find(key, LookupSearch.SourceOfItem(rest, subject.ListTaint), subject.Context).Result;
            if (result is not LookupResult.Found { Data: var data }) return LookupPattern.Outcome(result);
            var text = data.Text;
            string? next = null;
            if (!search.IsQuery && LastItem(ref text) is { } chained) next = chained;
            var parts = subject.Within(NamedListKind.LocalPart, localPart, subject.Caseless);
            var answer = ParsedList.Parse(text, NamedListKind.LocalPart).TestLines(parts);
            if (answer.Outcome == ItemOutcome.Excluded) return ItemResult.No with { Data = answer.Data }; // the address list goes on
            if (answer.Outcome != ItemOutcome.No) return answer;
            if (next is null) return ItemResult.No;
            key = Value.Clean(next);
        }
        return ItemResult.Defer($"Loop detected in lookup of local part of {subject.Text} in {item}");
    }

    static string? LastItem(ref string list)
    {
        var start = list.LastIndexOf(':') + 1;
        var last = list[start..].TrimSpace();
        if (!last.StartsWith('>')) return null;
        list = start == 0 ? "" : list[..(start - 1)];
        return last[1..].TrimSpace();
    }
}
