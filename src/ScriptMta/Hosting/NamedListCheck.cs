using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Hosting;

/// <summary>
/// Named lists in one another, as far as their texts show it before an expansion: a ring is an error; a reference to nothing is a warning, since Exim finds it only when
/// the list is asked, which may be never.
/// </summary>
static class NamedListCheck
{
    public static void Run(ConfigurationDocument document, ProblemList problems)
    {
        var lists = document.NamedLists.DistinctBy(list => (list.Kind, list.Name)).ToDictionary(list => (list.Kind, list.Name));
        var open = lists.Values.ToDictionary(list => list, list => References(list, lists, problems));
        // Lists that only refer to lists without a ring are taken away until nothing changes: what stays is in a ring or leads to one.
        while (open.Where(entry => !entry.Value.Exists(open.ContainsKey)).Select(entry => entry.Key).ToList() is { Count: > 0 } done)
            foreach (var list in done) open.Remove(list);
        if (open.Count == 0) return;
        var way = Ring(open);
        problems.Error(way[0].Value.At, $"the {NamedPattern.KindName(way[0].Kind)} list \"+{way[0].Name}\" refers to itself, by way of {string.Join(", ", way.Skip(1).Select(list => "+" + list.Name))}");
    }

    static List<NamedList> References(NamedList list, Dictionary<(NamedListKind, string), NamedList> lists, ProblemList problems)
    {
        var found = new List<NamedList>();
        if (list.Value.Text.Contains('$')) return found;
        foreach (var (kind, name) in ListSyntax.Split(list.Value.Text).Select(item => Reference(item.Text.TrimStart('!', ' ', '\t'), list.Kind)).OfType<(NamedListKind, string)>())
        {
            if (lists.TryGetValue((kind, name), out var other)) found.Add(other);
            else problems.Warn(list.Value.At, $"list \"{list.Name}\": unknown named {NamedPattern.KindName(kind)} list \"+{name}\": whatever asks this item waits");
        }
        return found;
    }

    /// <summary>"+name", or the "+name" of an address item's domain.</summary>
    static (NamedListKind, string)? Reference(string item, NamedListKind kind)
    {
        if (item is ['+', .. var name]) return IsSwitch(name, kind) ? null : (kind, name);
        return kind == NamedListKind.Address && item.IndexOf("@+", StringComparison.Ordinal) is var at and >= 0 && !item.Contains(';') ? (NamedListKind.Domain, item[(at + 2)..]) : null;
    }

    static bool IsSwitch(string name, NamedListKind kind) => kind switch
    {
        NamedListKind.Host => name is "include_unknown" or "ignore_unknown" or "include_defer" or "ignore_defer",
        NamedListKind.Domain => false,
        _ => name == "caseful",
    };

    static List<NamedList> Ring(Dictionary<NamedList, List<NamedList>> open)
    {
        var way = new List<NamedList> { open.Keys.OrderBy(list => list.Value.At.Line).First() };
        while (way.IndexOf(way[^1]) == way.Count - 1) way.Add(open[way[^1]].Find(open.ContainsKey)!);
        return way[way.IndexOf(way[^1])..];
    }
}
