using System.Net;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

enum TableKind { Name, Address, Network }

/// <summary>What an item must find in the subject: a name or "*.name"; the same after a local part and "@"; or a network.</summary>
readonly record struct TableKey(TableKind Kind, string Text, IpNetwork Network = default);

/// <summary>
/// Many items at once: those that could match are found by key and the first of them is tried, then the next, so that the answer is that of the list read from its start.
/// The keys are in lower case; each item itself still counts capitals where it must.
/// </summary>
sealed class ListTable : ListPattern
{
    readonly TableKind _kind;
    readonly ParsedItem[] _items;
    readonly Dictionary<string, List<int>> _texts = new(StringComparer.Ordinal);
    readonly Dictionary<IpNetwork, List<int>> _networks = [];
    readonly HashSet<int> _bits = [];

    ListTable(TableKind kind, ParsedItem[] items) => (_kind, _items) = (kind, items);

    public static ListTable Of(IReadOnlyList<ParsedItem> items, int from, int to)
    {
        var table = new ListTable(items[from].Pattern.Key!.Value.Kind, [.. items.Skip(from).Take(to - from)]);
        for (var i = 0; i < table._items.Length; i++) table.Add(table._items[i].Pattern.Key!.Value, i);
        return table;
    }

    public override ItemResult Test(ListSubject subject)
    {
        var found = new List<int>();
        if (_kind == TableKind.Network) FindNetworks(subject, found);
        else if (_kind == TableKind.Name) FindNames(subject.Lower, "", found);
        else FindAddresses(subject.Lower, found);
        found.Sort();
        foreach (var i in found)
        {
            var result = _items[i].Pattern.Test(subject);
            if (result.Outcome == ItemOutcome.Yes) return _items[i].Line is { } line ? ItemResult.Yes(Value.Clean(line)) : result;
            if (result.Outcome != ItemOutcome.No) return result;
        }
        return ItemResult.No;
    }

    void Add(TableKey key, int index)
    {
        if (_kind != TableKind.Network)
        {
            Append(_texts, AsciiCase.Lower(key.Text), index);
            return;
        }
        Append(_networks, new(IpNetwork.Mask(key.Network.Address, key.Network.Bits), key.Network.Bits), index);
        _bits.Add(key.Network.Bits);
    }

    /// <summary>An item that is written twice in a row cannot match where the first one did not.</summary>
    void Append<T>(Dictionary<T, List<int>> table, T key, int index) where T : notnull
    {
        if (!table.TryGetValue(key, out var others)) table[key] = [index];
        else if (_items[others[^1]].Pattern.Key != _items[index].Pattern.Key) others.Add(index);
    }

    void FindAddresses(string address, List<int> found)
    {
        var at = address.LastIndexOf('@');
        if (at < 0) return;
        FindNames(address[(at + 1)..], address[..(at + 1)], found);
        FindNames(address[(at + 1)..], "@", found);
    }

    void FindNames(string name, string before, List<int> found)
    {
        Take(before + name, found);
        for (var dot = name.IndexOf('.'); dot >= 0; dot = name.IndexOf('.', dot + 1)) Take($"{before}*{name.AsSpan(dot)}", found);
    }

    void Take(string key, List<int> found)
    {
        if (_texts.TryGetValue(key, out var items)) found.AddRange(items);
    }

    void FindNetworks(ListSubject subject, List<int> found)
    {
        if (!HostPattern.TryAddress(subject, out var address)) return;
        foreach (var bits in _bits)
            if (_networks.TryGetValue(new(IpNetwork.Mask(address, bits), bits), out var items)) found.AddRange(items);
    }
}
