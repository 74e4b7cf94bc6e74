using System.Collections.Frozen;
using ScriptMta.Common;

namespace ScriptMta.Language;

/// <summary>
/// Reads a configuration file as Exim does (its chapter 6), up to but without the meaning of options. Every problem of the file is reported;
/// a document comes back all the same, holding what could be read, so that a caller can look for more.
/// </summary>
sealed class ConfigurationReader
{
    const string Begin = "begin ";

    readonly ProblemList _problems;
    readonly Func<Dictionary<string, string>> _builtInMacros;
    readonly LogicalLineReader _lines;
    readonly MacroTable _macros;
    readonly MainSection _main;
    readonly AclSection _acls;
    readonly DriverSection _routers, _transports, _authenticators;
    readonly List<LogicalLine> _retry = [], _rewrite = [], _all = [];
    readonly FrozenDictionary<string, Action<LogicalLine>> _sections;
    readonly HashSet<string> _seen = [];

    ConfigurationReader(string fileName, string text, ReadOptions options, ProblemList problems)
    {
        _problems = problems;
        _builtInMacros = options.BuiltInMacros;
        var files = new FileStack(options, problems);
        files.Open(fileName, text);
        _macros = new(options, problems);
        _lines = new(files, _macros, problems);
        _main = new(_macros, problems);
        _acls = new(_macros, problems);
        _routers = new("router", _macros, problems);
        _transports = new("transport", _macros, problems);
        _authenticators = new("authenticator", _macros, problems);
        _sections = new Dictionary<string, Action<LogicalLine>>
        {
            ["acl"] = _acls.Accept,
            ["routers"] = _routers.Accept,
            ["transports"] = _transports.Accept,
            ["retry"] = _retry.Add,
            ["rewrite"] = _rewrite.Add,
            ["authenticators"] = _authenticators.Accept,
            ["local_scan"] = static _ => { },
        }.ToFrozenDictionary();
    }

    /// <summary>Null only when the file itself cannot be read.</summary>
    public static ConfigurationDocument? Read(string path, ReadOptions options, ProblemList problems)
    {
        var place = SourceLocation.BuiltIn(path);
        try
        {
            if (options.OpenFile(path) is { } text) return ReadText(text, path, options, problems);
            problems.Error(place, $"non-existent configuration file(s): {path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Error(place, $"failed to open configuration file {path}: {e.Message}");
        }
        return null;
    }

    /// <summary>One option of the main section, as it is last set there; the sections are not looked at. Null also when the file cannot be read.</summary>
    public static Setting? ReadMainSetting(string path, string name, ReadOptions options, ProblemList problems)
    {
        Setting? found = null;
        try
        {
            if (options.OpenFile(path) is not { } text) return null;
            var (files, macros) = (new FileStack(options, problems), new MacroTable(options, problems));
            files.Open(path, text);
            var lines = new LogicalLineReader(files, macros, problems);
            while (lines.Next() is { } line && !line.Text.StartsWith(Begin, StringComparison.Ordinal))
            {
                if (line.Text.Length > 0 && char.IsAsciiLetterUpper(line.Text[0])) macros.Define(line);
                else if (line.Text.Contains(name, StringComparison.Ordinal) && SettingSyntax.Read(line, problems) is { } setting && setting.Name == name) found = setting;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) { return null; }
        return found;
    }

    /// <summary>Reads a text as if it were the file of that name; relative includes are looked for beside it.</summary>
    public static ConfigurationDocument ReadText(string text, string fileName, ReadOptions options, ProblemList problems) =>
        new ConfigurationReader(fileName, text, options, problems).ReadAll(fileName);

    ConfigurationDocument ReadAll(string fileName)
    {
        Action<LogicalLine> section = _main.Accept;
        while (_lines.Next() is { } line)
        {
            if (line.Text.Length == 0) continue; // a macro without text
            _all.Add(line);
            if (line.Text.StartsWith(Begin, StringComparison.Ordinal)) section = SectionAt(line);
            else section(line);
        }
        return new()
        {
            File = fileName,
            Main = new(SettingBlock.MainKind, "", new(fileName, 1, 1), _main.Settings),
            NamedLists = _main.NamedLists,
            Acls = _acls.Acls,
            Routers = _routers.Blocks,
            Transports = _transports.Blocks,
            Authenticators = _authenticators.Blocks,
            Retry = _retry,
            Rewrite = _rewrite,
            Lines = _all,
            Macros = _macros.Defined,
            BuiltInMacros = _builtInMacros,
        };
    }

    /// <summary>A repeated section is read on where it was; the lines of an unknown one are passed over.</summary>
    Action<LogicalLine> SectionAt(LogicalLine line)
    {
        var start = CharKinds.SkipSpace(line.Text, Begin.Length);
        var name = line.Text[start..];
        if (!_sections.TryGetValue(name, out var section))
        {
            _problems.Error(line.PlaceOf(start), $"\"{name}\" is not a known configuration section name{Nearest.Hint(name, _sections.Keys)}",
                $"\"{name}\" is not a known configuration section name");
            return static _ => { };
        }
        if (!_seen.Add(name)) _problems.Error(line.PlaceOf(start), $"\"{name}\" section is repeated in the configuration file");
        if (name == "local_scan") _problems.Warn(line.At, "there is no local_scan() function here; its options are ignored");
        return section;
    }
}
