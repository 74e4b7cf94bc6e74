using System.CommandLine;
using ScriptMta.Common;
using ScriptMta.Hosting;

namespace ScriptMta.Cli;

/// <summary>The options that several verbs have: which configuration, and JSON output.</summary>
sealed class SharedOptions
{
    public Option<string?> Config { get; } = new("--config", "-C") { Description = "The configuration file (default: the first of " + string.Join(", ", Cli.Site.DefaultFiles) + ")" };
    public Option<string[]> Macros { get; } = new("-D") { Description = "Set a macro, as NAME=value", HelpName = "NAME=value", DefaultValueFactory = static _ => [] };
    public Option<bool> Json { get; } = new("--json") { Description = "Print JSON for programs" };

    public void AddTo(Command command, bool json)
    {
        command.Options.Add(Config);
        command.Options.Add(Macros);
        if (json) command.Options.Add(Json);
    }

    /// <summary>A word of a verb's command line as byte text.</summary>
    public static string? Bytes(string? word) => word is null ? null : Latin1.FromUnicode(word);

    public SiteRequest Site(ParseResult result, string? file = null)
    {
        var request = new Invocation { ConfigFile = Bytes(file ?? result.GetValue(Config)) };
        foreach (var macro in result.GetValue(Macros) ?? []) SendmailOptions.Parse(["-D" + Bytes(macro)], request);
        if (request.Error is { } error) throw new CommandException(ExitCode.Usage, error);
        return Cli.Site.RequestFor(request);
    }
}
