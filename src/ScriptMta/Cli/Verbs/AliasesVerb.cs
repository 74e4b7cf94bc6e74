using System.CommandLine;

namespace ScriptMta.Cli;

static class AliasesVerb
{
    public static Command Build()
    {
        var shared = new SharedOptions();
        var files = new Argument<string[]>("file") { Description = "Alias files; none: those that the configuration's redirect routers read", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("aliases", "Check alias files, as newaliases does. Example: scriptmta aliases /etc/aliases") { files };
        shared.AddTo(command, json: false);
        command.SetAction(result => AliasesCommand.Check(result.GetValue(files) is { Length: > 0 } named
            ? named
            : AliasesCommand.FilesOf(Site.Load(shared.Site(result), asExim: false))));
        return command;
    }
}
