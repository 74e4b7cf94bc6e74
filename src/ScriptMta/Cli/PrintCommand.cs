using ScriptMta.Common;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>-bP: the settings of the configuration in force, as Exim prints them: "name = value", "name" or "no_name" for booleans.</summary>
static class PrintCommand
{
    public static int Run(Invocation invocation)
    {
        var configuration = Site.Load(invocation);
        var words = invocation.Arguments;
        var kind = words.Count > 1 ? words[0] : "";
        return kind switch
        {
            "router" or "transport" or "authenticator" => PrintBlock(Blocks(configuration.Document, kind), kind, words[1]),
            _ => words.Count == 0 ? PrintAll(configuration.Document.Main) : words.Max(w => PrintWord(configuration, w)),
        };
    }

    static int PrintWord(Hosting.LoadedConfiguration configuration, string word)
    {
        var document = configuration.Document;
        switch (word)
        {
            case "config_file": case "configure_file": Terminal.Out(document.File + "\n"); return ExitCode.Ok;
            case "macros": foreach (var (name, value) in document.Macros) Terminal.Out($"{name} = {value}\n"); return ExitCode.Ok;
            case "routers": case "transports": case "authenticators": return Blocks(document, word[..^1]).Max(b => PrintBlock([b], word[..^1], b.Name));
            case "router_list": case "transport_list": case "authenticator_list":
                foreach (var block in Blocks(document, word[..^5])) Terminal.Out(block.Name + "\n");
                return ExitCode.Ok;
            default: return PrintMain(document, word);
        }
    }

    static IReadOnlyList<SettingBlock> Blocks(ConfigurationDocument document, string kind) =>
        kind switch { "router" => document.Routers, "transport" => document.Transports, _ => document.Authenticators };

    static int PrintBlock(IReadOnlyList<SettingBlock> blocks, string kind, string name)
    {
        if (blocks.FirstOrDefault(b => b.Name == name) is not { } block) throw new CommandException(ExitCode.Failure, $"{kind} {name} not found");
        Terminal.Out($"\n{name} {kind}:\n");
        return PrintAll(block);
    }

    static int PrintAll(SettingBlock block)
    {
        foreach (var setting in block.Settings) Terminal.Out(Line(setting) + "\n");
        return ExitCode.Ok;
    }

    static int PrintMain(ConfigurationDocument document, string name)
    {
        if (MainOptionTable.Table.Find(name) is not { } row) throw new CommandException(ExitCode.Failure, $"{name} is not a known option");
        var setting = document.Main.Settings.LastOrDefault(s => s.Name == name || s.Name == "no_" + name || s.Name == "not_" + name);
        Terminal.Out((setting is not null ? Line(setting) : row.Type == OptionType.Bool ? "no_" + name : $"{name} = ") + "\n");
        return ExitCode.Ok;
    }

    static string Line(Setting setting) =>
        setting.Value is not { } value ? setting.Name : setting.Hidden && Common.Posix.Users.getuid() != 0 ? $"{setting.Name} = <value not displayable>" : $"{setting.Name} = {value.Text}";
}
