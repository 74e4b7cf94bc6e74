using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>
/// A domain, host, address or local part list as an option holds it (Exim chapter 10): the text is expanded, split, and its items tried in
/// order; +named lists, files, lookups, patterns and negation as the kind allows. Immutable and thread-safe. A lookup or DNS that cannot
/// answer gives Defer, as does an expansion that fails; a forced failure gives No.
/// Data is what $domain_data and its family get: the item that matched, the line of a file, or the data that a lookup found. It is tainted only if the list's
/// own text was. A No can have data too: of the negative item that decided.
/// </summary>
sealed class RuleList
{
    readonly NamedListKind _kind;
    readonly OptionText _text;
    readonly bool _single;
    readonly Lazy<Template> _template;
    readonly ParsedList? _constant;
    volatile Parsed? _last;

    RuleList(NamedListKind kind, OptionText text, bool single = false)
    {
        _kind = kind;
        _text = text;
        _single = single;
        _template = new(() => Template.Parse(text));
        // Neither "$" nor "\": the expansion is the text itself.
        if (text.Text.AsSpan().IndexOfAny('$', '\\') < 0) _constant = Read(text.Text);
    }

    public static RuleList Of(NamedListKind kind, OptionText text) => new(kind, text);
    public static RuleList Domains(OptionText text) => new(NamedListKind.Domain, text);
    public static RuleList Hosts(OptionText text) => new(NamedListKind.Host, text);
    public static RuleList Addresses(OptionText text) => new(NamedListKind.Address, text);
    /// <summary>One item of an address list, as rewriting and retry rules have it: nothing separates.</summary>
    public static RuleList OneAddress(OptionText text) => new(NamedListKind.Address, text, single: true);
    public static RuleList LocalParts(OptionText text) => new(NamedListKind.LocalPart, text);

    /// <summary>For syntax errors at load.</summary>
    public Template Template => _template.Value;

    /// <summary>Case-independent. Sets $0 and $1… in the context.</summary>
    public ListMatch MatchDomain(string domain, ExpansionContext context) =>
        Run(new() { Context = context, Kind = _kind, Text = domain, Captures = true });

    /// <summary>Address: IP text, empty for a local message. Names are looked up only if an item needs them (context.Connection.HostName is used and filled).</summary>
    public ListMatch MatchHost(string address, ExpansionContext context) => Run(new() { Context = context, Kind = _kind, Text = address });

    /// <summary>A host that we call: its name is known, so that none is looked up.</summary>
    public ListMatch MatchCalled(string name, string address, ExpansionContext context) => Run(new() { Context = context, Kind = _kind, Text = address, HostName = name });

    /// <summary>The match_ip condition: as MatchHost, but nothing is ever looked up by name.</summary>
    public ListMatch MatchIp(string address, ExpansionContext context) => Run(new() { Context = context, Kind = _kind, Text = address, IpOnly = true });

    /// <summary>An address as text; the empty text is the null sender. Unsets $0 and $1….</summary>
    public ListMatch MatchAddress(string address, ExpansionContext context) => Run(new() { Context = context, Kind = _kind, Text = address });

    /// <summary>As the pattern of a rewriting rule: local parts with their case, and $0 and $1… set as Exim 31.5 has them.</summary>
    public ListMatch MatchToRewrite(string address, ExpansionContext context) =>
        Run(new() { Context = context, Kind = _kind, Text = address, Caseless = false, Captures = true });

    /// <summary>Sets $0 and $1… in the context.</summary>
    public ListMatch MatchLocalPart(string localPart, ExpansionContext context, bool caseful = false) =>
        Run(new() { Context = context, Kind = _kind, Text = localPart, Caseless = !caseful, Captures = true });

    /// <summary>As part of another list's evaluation: data, captures and open lists are the subject's.</summary>
    public Match Test(ListSubject subject)
    {
        if (_constant is not null)
        {
            subject.ListTaint = Taint.Clean;
            return _constant.Test(subject);
        }
        subject.Walk.Varies |= _text.Text.Contains('$');
        var expanded = Template.Expand(subject.Context);
        switch (expanded.Kind)
        {
            case ExpandedKind.ForcedFail: return Match.No;
            case ExpandedKind.Failed or ExpandedKind.Deferred:
                return Match.Defer($"failed to expand \"{_text.Text}\" while checking a list: {expanded.Error}");
        }
        subject.ListTaint = expanded.Value.Taint;
        var match = Items(expanded.Text).Test(subject);
        return match is { IsDefer: true, Reason: { } reason } ? Match.Defer(Sinks.WithSuggestion(reason, Template)) : match;
    }

    ListMatch Run(ListSubject subject)
    {
        var match = Test(subject);
        if (!subject.HasCaptured && _kind != NamedListKind.Host) subject.Context.Captures = [];
        subject.Context.Trace?.Add("list", _text.At, $"\"{subject.Text}\" in \"{_text.Text}\"", Explain(match, subject));
        return new(match, subject.Data);
    }

    ParsedList Items(string text)
    {
        if (_last is { } known && known.Text == text) return known.List;
        var list = Read(text);
        _last = new(text, list);
        return list;
    }

    ParsedList Read(string text) => _single ? ParsedList.Single(text, _kind) : ParsedList.Parse(text, _kind);

    static string Explain(Match match, ListSubject subject) => match.Kind switch
    {
        MatchKind.Defer => $"cannot tell: {match.Reason}",
        MatchKind.Yes => subject.Data is { } data ? $"yes: {data.Text}" : "yes",
        _ => subject.Data is { } excluded ? $"no: {excluded.Text}" : match.Reason is { } why ? $"no: {why}" : "no",
    };

    /// <summary>The items of the text that the last expansion gave: most templates give the same again.</summary>
    sealed record Parsed(string Text, ParsedList List);
}
