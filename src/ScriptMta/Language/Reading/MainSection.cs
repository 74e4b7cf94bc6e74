using System.Collections.Frozen;

namespace ScriptMta.Language;

/// <summary>The lines before the first `begin`: macros, named lists and options.</summary>
sealed class MainSection(MacroTable macros, ProblemList problems)
{
    static readonly FrozenDictionary<string, (NamedListKind Kind, bool Cache)> ListWords = new Dictionary<string, (NamedListKind, bool)>
    {
        ["domainlist"] = (NamedListKind.Domain, false),
        ["domainlist_cache"] = (NamedListKind.Domain, true),
        ["hostlist"] = (NamedListKind.Host, false),
        ["hostlist_cache"] = (NamedListKind.Host, true),
        ["addresslist"] = (NamedListKind.Address, false),
        ["addresslist_cache"] = (NamedListKind.Address, true),
        ["localpartlist"] = (NamedListKind.LocalPart, false),
        ["localpartlist_cache"] = (NamedListKind.LocalPart, true),
    }.ToFrozenDictionary();

    readonly HashSet<(NamedListKind, string)> _listNames = [];

    public List<Setting> Settings { get; } = [];
    public List<NamedList> NamedLists { get; } = [];

    public void Accept(LogicalLine line)
    {
        var start = SettingSyntax.SkipHide(line.Text);
        var word = line.Text[start..CharKinds.SkipName(line.Text, start)];
        if (char.IsAsciiLetterUpper(line.Text[0])) macros.Define(line);
        else if (ListWords.TryGetValue(word, out var list)) AcceptList(line, start + word.Length, list.Kind, list.Cache, start > 0);
        else if (SettingSyntax.Read(line, problems) is { } setting) Settings.Add(setting);
    }

    void AcceptList(LogicalLine line, int wordEnd, NamedListKind kind, bool cache, bool hidden)
    {
        var start = CharKinds.SkipSpace(line.Text, wordEnd);
        var nameEnd = CharKinds.SkipName(line.Text, start);
        var name = line.Text[start..nameEnd];
        var equals = CharKinds.SkipSpace(line.Text, nameEnd);
        var place = line.PlaceOf(start);
        if (start == wordEnd)
            problems.Error(line.At, "unrecognized configuration line");
        else if (name.Length == 0)
            problems.Error(place, $"missing name for a named {NameOf(kind)} list");
        else if (!_listNames.Add((kind, name)))
            problems.Error(place, $"duplicate name \"{name}\" for a named {NameOf(kind)} list");
        else if (equals >= line.Text.Length || line.Text[equals] != '=')
            problems.Error(place, $"missing '=' after \"{name}\"");
        else
            NamedLists.Add(new(kind, name, SettingSyntax.ReadValue(line, equals + 1, name, problems, out _), cache, hidden));
    }

    static string NameOf(NamedListKind kind) => kind switch
    {
        NamedListKind.Domain => "domain",
        NamedListKind.Host => "host",
        NamedListKind.Address => "address",
        _ => "local part",
    };
}
