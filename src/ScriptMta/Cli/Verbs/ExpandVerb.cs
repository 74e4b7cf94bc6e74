using System.CommandLine;

namespace ScriptMta.Cli;

static class ExpandVerb
{
    public static Command Build()
    {
        var shared = new SharedOptions();
        var templates = new Argument<string[]>("template") { Description = "What to expand; none: lines from standard input", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("expand", "Expand strings of the rule language. Example: scriptmta expand '${uc:$primary_hostname}'") { templates };
        shared.AddTo(command, json: false);
        command.SetAction(result => ExpandCommand.Run(Site.Load(shared.Site(result), asExim: false), [.. (result.GetValue(templates) ?? []).Select(Common.Latin1.FromUnicode)]));
        return command;
    }
}
