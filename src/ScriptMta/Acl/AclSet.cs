using System.Collections.Concurrent;
using System.Collections.Frozen;
using ScriptMta.Common;
using ScriptMta.Expansion;
using ScriptMta.Language;

namespace ScriptMta.Acl;

/// <summary>
/// The ACLs of one configuration, and which option runs which (Exim 44.12): an option's value, expanded, is the name of a list, a file name that begins
/// with a slash, or a list itself. Inline and file lists are parsed once. Thread-safe.
/// </summary>
sealed class AclSet
{
    readonly FrozenDictionary<string, AclList> _named;
    readonly Template?[] _options;
    readonly Func<string, ProblemList, IReadOnlyList<LogicalLine>?> _readFile;
    readonly ConcurrentDictionary<string, (AclList? List, string Error)> _found = new(StringComparer.Ordinal);

    AclSet(FrozenDictionary<string, AclList> named, Template?[] options, Func<string, ProblemList, IReadOnlyList<LogicalLine>?> readFile) =>
        (_named, _options, _readFile) = (named, options, readFile);

    /// <summary>Nothing configured: every hook has its default.</summary>
    public static readonly AclSet Empty = new(FrozenDictionary<string, AclList>.Empty, new Template?[Enum.GetValues<AclWhere>().Length], AclFiles.Read);

    /// <summary>Reads the lists and the acl_… options of the main section; everything wrong goes to its problems.</summary>
    public static AclSet Load(IReadOnlyList<AclBlock> blocks, OptionReader main)
    {
        var options = new Template?[Enum.GetValues<AclWhere>().Length];
        foreach (var (where, option) in AclWhereNames.Options)
            options[(int)where] = main.Template(option);
        return Load(blocks, options, main.Problems);
    }

    public static AclSet Load(IReadOnlyList<AclBlock> blocks, Template?[] options, ProblemList problems)
    {
        var named = new Dictionary<string, AclList>(StringComparer.Ordinal);
        foreach (var block in blocks)
            if (!named.TryAdd(block.Name, AclParser.Parse(block.Name, block.At, block.Lines, problems)))
                problems.Error(block.At, $"there are two ACLs called \"{block.Name}\"");
        var set = new AclSet(named.ToFrozenDictionary(StringComparer.Ordinal), options, AclFiles.Read);
        foreach (var option in options) set.CheckOption(option, problems);
        foreach (var list in named.Values) set.CheckCalls(list, problems);
        return set;
    }

    public IEnumerable<AclList> All => _named.Values;

    /// <summary>The unexpanded option of a hook, or null.</summary>
    public Template? Option(AclWhere where) => _options[(int)where];

    /// <summary>The list that a name, file name or inline text means; a stranger's text is never an ACL.</summary>
    public AclList? Find(Value name, out string error)
    {
        error = "";
        var text = name.Text.TrimSpace();
        if (_named.TryGetValue(text, out var list)) return list;
        if (name.IsTainted) { error = $"attempt to use tainted ACL text \"{text}\""; return null; }
        (list, error) = _found.GetOrAdd(text, Parse);
        return list;
    }

    (AclList?, string) Parse(string text)
    {
        var problems = new ProblemList();
        var (name, at) = text.StartsWith('/') ? (text, new SourceLocation(text, 1, 0)) : ("inline ACL", SourceLocation.BuiltIn("inline ACL"));
        IReadOnlyList<LogicalLine>? lines = text.StartsWith('/') ? _readFile(text, problems) : [.. text.Split('\n').Select(l => new LogicalLine(l.TrimSpace(), at))];
        if (lines is null) return (null, problems.All[0].Message);
        var list = AclParser.Parse(name, at, lines, problems);
        return problems.HasErrors ? (null, Words(problems.All[0])) : (list, "");
    }

    /// <summary>Exim's, where it has words for it: without the beginning that only a whole configuration has.</summary>
    static string Words(ConfigurationProblem problem) => problem.InEximsWords is { } words ? words.Replace(AclParser.ErrorInAcl, "", StringComparison.Ordinal) : problem.Message;

    /// <summary>A constant option must name something now: Exim would find out when the first message comes.</summary>
    void CheckOption(Template? option, ProblemList problems)
    {
        if (option is { IsConstant: true }) Check(option.Source.TrimSpace(), option.At, problems);
    }

    void Check(string text, SourceLocation at, ProblemList problems)
    {
        if (_named.ContainsKey(text) || text.StartsWith('/')) return;
        if (!AclParser.IsVerb(text.Split(' ', '\n')[0])) { problems.Error(at, $"there is no ACL called \"{text}\"{Nearest.Hint(text, _named.Keys)}"); return; }
        if (Find(Value.Clean(text), out var error) is null) problems.Error(at, error);
    }

    void CheckCalls(AclList list, ProblemList problems)
    {
        foreach (var part in list.Statements.SelectMany(s => s.Parts))
            if (AclCall.ConstantName(part) is { } name) Check(name, part.At, problems);
    }
}
