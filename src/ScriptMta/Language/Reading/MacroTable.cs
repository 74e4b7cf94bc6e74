using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>
/// Macros in the order of their definition, and their textual replacement (Exim chapter 6.4 to 6.9). Each is applied to a line once, in that
/// order, so that a text may hold macros defined later but not itself: replacement always ends.
/// </summary>
sealed class MacroTable
{
    /// <summary>Exim's limit.</summary>
    public const int MaxNameLength = 63;
    /// <summary>Macros that hold one another can double a line each time; beyond this it is such an accident and not a setting.</summary>
    public const int MaxLineLength = 1024 * 1024;

    static readonly char[] Blank = CharKinds.Space.ToCharArray();

    readonly List<Macro> _macros = [];
    readonly Lazy<Dictionary<string, string>> _builtIn;
    readonly ProblemList _problems;
    int _longestBuiltIn;

    public MacroTable(ReadOptions options, ProblemList problems)
    {
        _problems = problems;
        _builtIn = new(() => BuiltInOf(options));
        for (var i = 0; i < options.Macros.Count; i++) AddFromCommandLine(options.Macros[i].Key, options.Macros[i].Value);
    }

    public IReadOnlyDictionary<string, string> Defined => _macros.ToDictionary(m => m.Name, m => m.Text);

    /// <summary>A definition wherever one may also be something else (`Name:` of a driver or ACL): a capital, then a name, then "=".</summary>
    public static bool IsDefinition(string line) => DefinedNameEnd(line, 0) > 0;

    /// <summary>The macros in force at the end of a document, as if all had been defined in a file.</summary>
    public static MacroTable Of(ConfigurationDocument document)
    {
        var table = new MacroTable(new ReadOptions { BuiltInMacros = document.BuiltInMacros }, new ProblemList());
        foreach (var (name, text) in document.Macros) table._macros.Add(new(name, text));
        return table;
    }

    /// <summary>Takes a line that is, or in the main section has to be, `NAME = text` or `NAME == text`.</summary>
    public void Define(LogicalLine line) => Define(line, _problems);

    /// <summary>With a list of problems of the caller's own.</summary>
    public void Define(LogicalLine line, ProblemList problems)
    {
        var nameEnd = CharKinds.SkipName(line.Text, 0);
        var equals = CharKinds.SkipSpace(line.Text, nameEnd);
        if (equals >= line.Text.Length || line.Text[equals] != '=')
        {
            problems.Error(line.At, "malformed macro definition");
            return;
        }
        var again = equals + 1 < line.Text.Length && line.Text[equals + 1] == '=';
        Define(line.Text[..nameEnd], line.Text[(equals + (again ? 2 : 1))..].Trim(Blank), again, line.At, problems);
    }

    /// <summary>
    /// The line after replacement. Replaced says whether any took place, which is what .ifdef asks. A definition's own name, at the start of a
    /// logical line, is left alone.
    /// </summary>
    public string Replace(string line, bool startsLogicalLine, SourceLocation at, out bool replaced)
    {
        replaced = false;
        if (line.AsSpan().IndexOfAnyInRange('A', 'Z') < 0) return line;
        var keep = startsLogicalLine ? DefinedNameEnd(line, CharKinds.SkipSpace(line, 0)) : 0;
        var result = ReplaceBuiltIn(line, keep, ref replaced);
        foreach (var macro in _macros)
        {
            if (result.IndexOf(macro.Name, keep, StringComparison.Ordinal) < 0) continue;
            replaced = true;
            if ((result = macro.Apply(result, keep)).Length <= MaxLineLength) continue;
            _problems.Error(at, $"macro \"{macro.Name}\" makes this line longer than {MaxLineLength} characters; macros that hold one another grow it");
            return "";
        }
        return result;
    }

    /// <summary>The end of the name that a definition at start gives, or 0 where there is no definition.</summary>
    static int DefinedNameEnd(string line, int start)
    {
        if (start >= line.Length || !char.IsAsciiLetterUpper(line[start])) return 0;
        var end = CharKinds.SkipName(line, start);
        var equals = CharKinds.SkipSpace(line, end);
        return equals < line.Length && line[equals] == '=' ? end : 0;
    }

    void AddFromCommandLine(string name, string value)
    {
        var place = SourceLocation.BuiltIn("-D");
        if (name.Length == 0 || !char.IsAsciiLetterUpper(name[0]))
            _problems.Error(place, "macro name set by -D must start with an upper case letter");
        else if (_macros.Exists(m => m.Name == name))
            _problems.Error(place, $"duplicated -D in command line: {name}", "duplicated -D in command line");
        else
            _macros.Add(new(name, value) { FromCommandLine = true });
    }

    void Define(string name, string text, bool again, SourceLocation at, ProblemList problems)
    {
        var earlier = _macros.FindIndex(m => m.Name == name);
        if (name.Length > MaxNameLength)
            problems.Error(at, $"macro name too long (maximum is {MaxNameLength} characters)");
        else if (earlier >= 0 && !again && !_macros[earlier].FromCommandLine)
            problems.Error(at, $"macro \"{name}\" is already defined (use \"==\" if you want to redefine it)");
        else if (earlier >= 0)
            _macros[earlier].Redefine(text);
        else if (NameInside(name) is { } inside)
            problems.Error(at, $"\"{name}\" cannot be defined as a macro because previously defined macro \"{inside}\" is a substring");
        else if (again)
            problems.Error(at, $"can't redefine an undefined macro \"{name}\"");
        else
            _macros.Add(new(name, text));
    }

    Dictionary<string, string> BuiltInOf(ReadOptions options)
    {
        var macros = options.BuiltInMacros();
        _longestBuiltIn = macros.Keys.Select(k => k.Length).DefaultIfEmpty().Max();
        return macros;
    }

    string? NameInside(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (BuiltInAt(name, i) is { } found) return found;
        }
        return _macros.Find(m => name.Contains(m.Name, StringComparison.Ordinal))?.Name;
    }

    string ReplaceBuiltIn(string line, int start, ref bool replaced)
    {
        StringBuilder? result = null;
        var copied = 0;
        for (var i = line.IndexOf('_', start); i >= 0; i = i + 1 < line.Length ? line.IndexOf('_', i + 1) : -1)
        {
            if (BuiltInAt(line, i) is not { } name) continue;
            replaced = true;
            (result ??= new()).Append(line, copied, i - copied).Append(_builtIn.Value[name]);
            copied = i + name.Length;
            i = copied - 1;
        }
        return result is null ? line : result.Append(line, copied, line.Length - copied).ToString();
    }

    /// <summary>The longest built-in name that stands at a place. Exim gets the same by listing longer names first.</summary>
    string? BuiltInAt(string line, int start)
    {
        if (!BuiltInMacros.MayBegin(line.AsSpan(start))) return null;
        var names = _builtIn.Value.GetAlternateLookup<ReadOnlySpan<char>>();
        var end = Math.Min(CharKinds.SkipName(line, start), start + _longestBuiltIn);
        for (; end > start + 1; end--)
        {
            if (names.ContainsKey(line.AsSpan(start, end - start))) return line[start..end];
        }
        return null;
    }
}

/// <summary>A macro that a file or the command line defined.</summary>
sealed class Macro(string name, string text)
{
    public string Name { get; } = name;
    public string Text { get; private set; } = text;
    public bool FromCommandLine { get; init; }

    public void Redefine(string text)
    {
        if (!FromCommandLine) Text = text;
    }

    /// <summary>Every occurrence from start on. Stops early, too long, rather than build a text of gigabytes.</summary>
    public string Apply(string line, int start)
    {
        var result = new StringBuilder();
        var copied = 0;
        for (int found; copied < line.Length && (found = line.IndexOf(Name, Math.Max(copied, start), StringComparison.Ordinal)) >= 0;)
        {
            result.Append(line, copied, found - copied).Append(Text);
            copied = found + Name.Length;
            if (result.Length > MacroTable.MaxLineLength) break;
        }
        return result.Append(line, copied, line.Length - copied).ToString();
    }
}
