using System.Collections.Frozen;
using System.Text.RegularExpressions;
using ScriptMta.Language;
using ScriptMta.Mail;

namespace ScriptMta.Routing;

/// <summary>What newaliases, -bi and `scriptmta aliases` say of an alias file: errors stop mail to that alias, warnings do not. All are reported, with file, line and column.</summary>
static partial class AliasCheck
{
    /// <summary>RFC 5321 4.5.1 asks for postmaster, and bounces come from mailer-daemon.</summary>
    static readonly string[] Expected = ["postmaster", "mailer-daemon"];

    public static void Report(AliasFile file, ProblemList problems, AddressRules? rules = null)
    {
        var byName = file.ByName();
        foreach (var entry in file.Entries)
        {
            if (!ReferenceEquals(byName[entry.Name], entry))
                problems.Warn(entry.At, $"alias \"{entry.Name}\" stands here again; only the one in line {byName[entry.Name].At.Line} counts");
            Targets(entry, problems, rules ?? AddressRules.Default);
        }
        foreach (var name in Expected)
            if (!byName.ContainsKey(name)) problems.Warn(Common.SourceLocation.BuiltIn(file.Path), $"there is no alias \"{name}\"");
        new AliasLoops(byName, problems).Report();
    }

    static void Targets(AliasEntry entry, ProblemList problems, AddressRules rules)
    {
        var items = RedirectItems.Read(entry.Targets, rules).ToList();
        if (items.TrueForAll(i => i is RedirectItem.Nothing { IsUnknown: false })) problems.Error(entry.At, $"alias \"{entry.Name}\" has no target");
        if (items.Exists(i => i.BySemicolon))
            problems.Warn(entry.PlaceOf(entry.Targets.IndexOf(';')), $"alias \"{entry.Name}\": \";\" between targets is taken, but other mail systems want \",\"");
        foreach (var item in items)
            switch (item)
            {
                case RedirectItem.Malformed bad:
                    problems.Error(entry.PlaceOf(entry.Targets.IndexOf(bad.Text, StringComparison.Ordinal)), $"alias \"{entry.Name}\": {bad.Reason} in \"{bad.Text}\"");
                    break;
                case RedirectItem.Include { Path: var path } when !File.Exists(path):
                    problems.Error(entry.PlaceOf(entry.Targets.IndexOf(path, StringComparison.Ordinal)), $"alias \"{entry.Name}\": the included file {path} does not exist");
                    break;
            }
    }

    /// <summary>The alias files that a configuration's redirect routers look things up in, in the order of the routers.</summary>
    public static IReadOnlyList<string> FilesOf(AddressRouter router) =>
    [
        .. router.Routers.OfType<RedirectRouter>()
            .SelectMany(r => new[] { r.DataSource, r.Options.LocalParts?.Template.Source }.OfType<string>())
            .SelectMany(text => AliasLookup().Matches(text).Select(m => m.Groups[1].Value))
            .Distinct(StringComparer.Ordinal),
    ];

    [GeneratedRegex(@"lsearch[^{};\s]*\s*(?:\{\s*|;\s*)(/[^\s{}$:]+)")]
    private static partial Regex AliasLookup();
}

/// <summary>Aliases that lead to themselves by way of others: mail to them only arrives where an account of that name stands behind.</summary>
sealed class AliasLoops(FrozenDictionary<string, AliasEntry> byName, ProblemList problems)
{
    readonly HashSet<string> _done = new(StringComparer.OrdinalIgnoreCase);
    readonly List<string> _path = [];

    public void Report()
    {
        foreach (var name in byName.Values.OrderBy(e => e.At.Line).Select(e => e.Name)) Walk(name);
    }

    /// <summary>An alias that names itself means the account of that name, and is no loop.</summary>
    void Walk(string name)
    {
        var seen = _path.FindIndex(n => n.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (seen >= 0)
        {
            if (seen < _path.Count - 1)
                problems.Warn(byName[_path[seen]].At, $"alias loop: {string.Join(" -> ", _path.Skip(seen).Append(_path[seen]))}; mail arrives only at accounts with these names");
            return;
        }
        if (!byName.TryGetValue(name, out var entry) || !_done.Add(name)) return;
        _path.Add(entry.Name);
        foreach (var target in RedirectItems.Read(entry.Targets, AddressRules.Default).OfType<RedirectItem.Address>())
            if (!target.Target.IsQualified) Walk(target.Target.LocalPart);
        _path.RemoveAt(_path.Count - 1);
    }
}
