using System.Collections.Frozen;
using System.Text;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>-bP: the configuration in force in Exim's format (its chapter 5); -n leaves the names out. The status is that of the last option or list asked for, or of a named driver or macro after it that there is not.</summary>
sealed class PrintCommand
{
    readonly LoadedConfiguration _configuration;
    readonly ConfigurationDocument _document;
    readonly bool _valuesOnly, _seesHidden;
    readonly PrintedBlock _main;
    readonly FrozenDictionary<string, Func<int>> _words;
    readonly StringBuilder _output = new();

    PrintCommand(LoadedConfiguration configuration, bool valuesOnly, bool seesHidden)
    {
        (_configuration, _document, _valuesOnly, _seesHidden) = (configuration, configuration.Document, valuesOnly, seesHidden);
        _main = new PrintedBlock(_document.Main, MainOptionTable.Table, new ValuesInForce(configuration).Of, seesHidden);
        _words = Words().ToFrozenDictionary();
    }

    public static int Run(Invocation invocation)
    {
        var (output, status) = Answer(Site.Load(invocation), invocation.Arguments, invocation.ValuesOnly, seesHidden: Users.getuid() == 0);
        Terminal.Out(output);
        return status;
    }

    /// <summary>What is printed, complaints included, and the exit status.</summary>
    /// <param name="seesHidden">For administrators: with the values that `hide` hides.</param>
    public static (string Output, int Status) Answer(LoadedConfiguration configuration, IReadOnlyList<string> words, bool valuesOnly, bool seesHidden)
    {
        var command = new PrintCommand(configuration, valuesOnly, seesHidden);
        var status = command.Print(words);
        return (command._output.ToString(), status);
    }

    int Print(IReadOnlyList<string> words)
    {
        if (words.Count == 0) return PrintAllOfMain();
        var status = ExitCode.Ok;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is not ("router" or "transport" or "authenticator" or "macro") || i + 1 >= words.Count) status = PrintWord(words[i]);
            else if (PrintNamed(words[i], words[++i]) is not ExitCode.Ok and var failure) status = failure;
        }
        return status;
    }

    Dictionary<string, Func<int>> Words()
    {
        var words = new Dictionary<string, Func<int>>(StringComparer.Ordinal)
        {
            ["all"] = PrintAllOfMain,
            ["config"] = () => Out(new PrintedFile(_document, indent: !_valuesOnly, _seesHidden).Lines()),
            ["config_file"] = () => Out([_document.File]),
            ["configure_file"] = () => Out([_document.File]),
            ["environment"] = () => Out((_configuration.Environment.KeptEnvironment ?? new Dictionary<string, string>()).Select(v => Latin1.FromUnicode($"{v.Key}={v.Value}")).Order(StringComparer.Ordinal)),
            ["local_scan"] = () => Complain("local_scan() options are not supported"),
            ["macros"] = () => Out(Macros().Select(m => _valuesOnly ? m.Value : $"{m.Key}={m.Value}")),
            ["macro_list"] = () => Out(Macros().Select(m => m.Key)),
        };
        foreach (var kind in (string[])["router", "transport", "authenticator"])
        {
            words[kind + "s"] = () => Out(Blocks(kind).SelectMany(b => (string[])["", $"{b.Name} {kind}:", .. LinesOf(b)]));
            words[kind + "_list"] = () => Out(Blocks(kind).Select(b => b.Name));
        }
        return words;
    }

    int PrintWord(string word)
    {
        if (_words.TryGetValue(word, out var print)) return print();
        if (word.StartsWith('+')) return PrintNamedList(word[1..]);
        return _main.Line(word, _valuesOnly) is { } line ? Out([line]) : Complain($"{word} is not a known option");
    }

    int PrintNamed(string kind, string name)
    {
        if (kind == "macro") return Macros().FirstOrDefault(m => m.Key == name) is { Key: not null } macro ? Out([_valuesOnly ? macro.Value : $"{name}={macro.Value}"]) : Complain($"macro {name} not found");
        return Blocks(kind).FirstOrDefault(b => b.Name == name) is { } block ? Out(LinesOf(block)) : Complain($"{kind} {name} not found");
    }

    /// <summary>Each kind of list has names of its own; all that bear this one are printed. A hidden one is hidden from root, too, as in Exim.</summary>
    int PrintNamedList(string name)
    {
        var found = _document.NamedLists.Where(l => l.Name == name).OrderBy(l => NameOf(l.Kind), StringComparer.Ordinal).ToList();
        if (found.Count == 0) return Complain($"no address, domain, host, or local part list called \"{name}\" exists");
        return Out(found.Select(l =>
        {
            var value = l.Hidden ? PrintedBlock.NotDisplayable : l.Value.Text;
            return _valuesOnly ? value : $"{NameOf(l.Kind)} {name} = {value}";
        }));
    }

    static string NameOf(NamedListKind kind) => AsciiCase.Lower(kind.ToString()) + "list";

    int PrintAllOfMain() => Out(_main.Lines(MainOptionTable.Table, _valuesOnly));

    IEnumerable<string> LinesOf(SettingBlock block)
    {
        var tables = block.Kind switch { "router" => RouterOptionTables.Tables, "transport" => TransportOptionTables.Tables, _ => AuthenticatorOptionTables.Tables };
        return PrintedBlock.OfDriver(block, tables, _seesHidden).Lines(tables, _valuesOnly);
    }

    IReadOnlyList<SettingBlock> Blocks(string kind) =>
        kind switch { "router" => _document.Routers, "transport" => _document.Transports, _ => _document.Authenticators };

    /// <summary>The built-in ones first, as in Exim. Macros often hold secrets.</summary>
    IEnumerable<KeyValuePair<string, string>> Macros() => !_seesHidden ? throw new CommandException(ExitCode.Failure, "permission denied") : _document.BuiltInMacros().Concat(_document.Macros.Where(m => !_document.BuiltInMacros().ContainsKey(m.Key)));

    int Out(IEnumerable<string> lines)
    {
        foreach (var line in lines) _output.Append(line).Append('\n');
        return ExitCode.Ok;
    }

    /// <summary>Exim says this on standard output.</summary>
    int Complain(string text)
    {
        _output.Append(text).Append('\n');
        return ExitCode.Failure;
    }
}
