using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>One item with its sign. Sets something instead of matching when Switch is not None. Line: of a file, which is the data of whatever matches there.</summary>
sealed record ParsedItem(bool Negated, ListPattern Pattern, ListSwitch Switch = ListSwitch.None, string? Line = null);

/// <summary>The "+words" that change how the items after them are taken.</summary>
enum ListSwitch { None, Caseful, IncludeUnknown, IgnoreUnknown, IncludeDefer, IgnoreDefer }

/// <summary>The items of one list text. Parsed once; long runs of plain names, addresses or networks are looked up in a table instead of one after another.</summary>
sealed class ParsedList(IReadOnlyList<ParsedItem> items)
{
    // Below this a table costs more than it saves.
    const int RunLength = 8;

    static readonly FrozenDictionary<string, ListSwitch> HostSwitches = new Dictionary<string, ListSwitch>
    {
        ["+include_unknown"] = ListSwitch.IncludeUnknown, ["+ignore_unknown"] = ListSwitch.IgnoreUnknown,
        ["+include_defer"] = ListSwitch.IncludeDefer, ["+ignore_defer"] = ListSwitch.IgnoreDefer,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public IReadOnlyList<ParsedItem> Items { get; } = Compact(items);

    /// <summary>Splits and parses a list as an option holds it.</summary>
    public static ParsedList Parse(string text, NamedListKind kind) =>
        new([.. new ListText(text).ToList().Select(item => ParseItem(item, kind))]);

    /// <summary>The text is one item, separators and all.</summary>
    public static ParsedList Single(string text, NamedListKind kind) => new([ParseItem(text, kind)]);

    /// <summary>An item on a line of a file: "/", "+" and switches mean nothing there (Exim 10.3).</summary>
    public static ParsedItem ParseLine(string text, NamedListKind kind)
    {
        var (negated, rest) = Sign(text);
        return new(negated, ListPatterns.Parse(rest, kind), Line: rest);
    }

    static ParsedItem ParseItem(string text, NamedListKind kind)
    {
        if (kind is NamedListKind.Address or NamedListKind.LocalPart && text == "+caseful") return new(false, Never, ListSwitch.Caseful);
        if (kind == NamedListKind.Host && HostSwitches.TryGetValue(text, out var change)) return new(false, Never, change);
        var (negated, rest) = Sign(text);
        return new(negated, rest switch
        {
            ['+', ..] => new NamedPattern(kind, rest[1..]),
            ['/', ..] => new FilePattern(rest, kind),
            _ => ListPatterns.Parse(rest, kind),
        });
    }

    static readonly ListPattern Never = new BrokenPattern("");

    static (bool Negated, string Text) Sign(string text) => text.StartsWith('!') ? (true, text[1..].TrimStart(' ', '\t', '\n', '\r', '\f', '\v')) : (false, text);

    /// <summary>Tries the items in order (Exim 10.2, 10.15). The data of the last item that matched is left in the subject.</summary>
    public Match Test(ListSubject subject)
    {
        var negatedLast = true; // of an empty list: no item, no match
        bool? unknown = null, deferred = null; // true = include, false = ignore
        var any = false;
        foreach (var item in Items)
        {
            if (item.Switch != ListSwitch.None)
            {
                if (item.Switch == ListSwitch.Caseful) subject.Caseless = false;
                else if (item.Switch is ListSwitch.IncludeUnknown or ListSwitch.IgnoreUnknown) unknown = item.Switch == ListSwitch.IncludeUnknown;
                else deferred = item.Switch == ListSwitch.IncludeDefer;
                continue;
            }
            (any, negatedLast) = (true, item.Negated);
            var result = item.Pattern.Test(subject);
            if (result.Outcome == ItemOutcome.No)
            {
                subject.Data = result.Data ?? subject.Data;
                if (item.Pattern is not NamedPattern) subject.DropCaptures();
                continue;
            }
            if (result.Outcome is ItemOutcome.Yes or ItemOutcome.Excluded)
            {
                subject.Data = result.Data;
                return Match.Of(item.Negated == (result.Outcome == ItemOutcome.Excluded));
            }
            var include = result.Outcome == ItemOutcome.Unknown ? unknown : deferred;
            if (include is false) continue;
            return WithoutAnswer(result, include is true, subject);
        }
        return Match.Of(any && negatedLast);
    }

    /// <summary>Tries the lines of a file: the first that says anything decides, and the end of the file says nothing.</summary>
    public ItemResult TestLines(ListSubject subject)
    {
        foreach (var item in Items)
        {
            var result = item.Pattern.Test(subject);
            if (item.Line is { } line && result.Outcome == ItemOutcome.Yes) result = ItemResult.Yes(Value.Clean(line));
            if (result.Outcome == ItemOutcome.Yes && item.Negated) return new(ItemOutcome.Excluded, result.Data);
            if (result.Outcome != ItemOutcome.No) return result;
        }
        return ItemResult.No;
    }

    static Match WithoutAnswer(ItemResult result, bool include, ListSubject subject)
    {
        if (!include && result.Outcome == ItemOutcome.Unknown) HostLookupLog.Forced(subject.Context, result.Reason);
        if (!include) return result.Outcome == ItemOutcome.Unknown ? new(MatchKind.No, result.Reason) : Match.Defer(result.Reason ?? "");
        var word = result.Outcome == ItemOutcome.Unknown ? "+include_unknown" : "+include_defer";
        subject.Context.Environment.Log.Main(subject.Context.Message.Id, $"{result.Reason}: accepted by {word}");
        return new(MatchKind.Yes, result.Reason);
    }

    static List<ParsedItem> Compact(IReadOnlyList<ParsedItem> items)
    {
        var result = new List<ParsedItem>(items.Count);
        for (var i = 0; i < items.Count;)
        {
            var end = i;
            while (end < items.Count && items[end] is { Switch: ListSwitch.None, Pattern.Key: { } key } item && item.Negated == items[i].Negated && key.Kind == items[i].Pattern.Key?.Kind) end++;
            if (end - i >= RunLength) result.Add(new(items[i].Negated, ListTable.Of(items, i, end)));
            else for (var each = i; each < Math.Max(end, i + 1); each++) result.Add(items[each]);
            i = Math.Max(end, i + 1);
        }
        return result;
    }
}
