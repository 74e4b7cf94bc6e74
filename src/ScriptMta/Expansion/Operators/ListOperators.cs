using System.Collections.Frozen;
using ScriptMta.Language;

namespace ScriptMta.Expansion;

/// <summary>listcount and listnamed.</summary>
static class ListOperators
{
    static readonly (string Suffix, NamedListKind Kind, string Name)[] Kinds =
    [
        ("d", NamedListKind.Domain, "domain"), ("h", NamedListKind.Host, "host"), ("a", NamedListKind.Address, "address"), ("l", NamedListKind.LocalPart, "localpart"),
    ];

    public static readonly KeyValuePair<string, OperatorRow>[] Rows =
    [
        new("listcount", new((e, value, _) => e.Append(new ListText(value.Text).Count()))),
        new("listnamed", new(Named)),
    ];

    /// <summary>
    /// The items of a named list as one colon list, of any kind or of the kind that _d, _h, _a or _l names. Lists that it refers to with "+" are put in; the
    /// text is not expanded.
    /// </summary>
    static ExpandedKind Named(Evaluation evaluation, Value value, string? argument)
    {
        var kinds = Kinds;
        if (argument is not null)
        {
            kinds = [.. Kinds.Where(kind => argument.StartsWith(kind.Suffix, StringComparison.Ordinal))];
            if (kinds.Length == 0) return evaluation.Fail("bad suffix on \"list\" operator");
        }
        var name = value.Text.StartsWith('+') ? value.Text[1..] : value.Text;
        var lists = evaluation.Context.Environment.NamedLists;
        foreach (var kind in kinds)
            if (lists.TryGetValue((kind.Kind, name), out var list))
                return Unfold(list, lists, [], out var error) is { } items ? evaluation.Append(string.Join(" : ", items)) : evaluation.Fail(error);
        return evaluation.Fail($"\"{name}\" is not a {(argument is null ? "" : kinds[0].Name + " ")}named list");
    }

    static List<string>? Unfold(NamedList list, FrozenDictionary<(NamedListKind, string), NamedList> lists, HashSet<string> open, out string error)
    {
        error = open.Add(list.Name) ? "" : $"named list \"{list.Name}\" refers to itself";
        if (error.Length != 0) return null;
        var items = new List<string>();
        foreach (var item in new ListText(list.Value.Text))
        {
            if (!item.StartsWith('+'))
            {
                items.Add(item.Replace(":", "::", StringComparison.Ordinal));
                continue;
            }
            if (!lists.TryGetValue((list.Kind, item[1..]), out var inner))
            {
                error = $"\"{item[1..]}\" is not a {Array.Find(Kinds, kind => kind.Kind == list.Kind).Name} named list";
                return null;
            }
            if (Unfold(inner, lists, open, out error) is not { } nested) return null;
            items.AddRange(nested);
        }
        open.Remove(list.Name);
        return items;
    }
}
