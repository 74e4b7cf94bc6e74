using System.CommandLine;
using ScriptMta.Common;
using ScriptMta.Hosting;
using ScriptMta.Language;

namespace ScriptMta.Cli;

/// <summary>check: loads a configuration and reports everything wrong in it. Status 0 or 78.</summary>
static class CheckVerb
{
    public static Command Build()
    {
        var shared = new SharedOptions();
        var file = new Argument<string?>("file") { Description = "The configuration file", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("check", "Check a configuration file. Example: scriptmta check /etc/exim4/exim4.conf") { file };
        shared.AddTo(command, json: true);
        command.SetAction(result => Run(shared.Site(result, result.GetValue(file)), result.GetValue(shared.Json)));
        return command;
    }

    static int Run(SiteRequest site, bool json)
    {
        var problems = new ProblemList();
        ConfigurationLoader.Load(site, problems);
        var errors = problems.All.Count(p => !p.IsWarning);
        if (json) Terminal.Out(JsonOutput.Problems(problems.All) + "\n");
        else
        {
            foreach (var problem in problems.All) Terminal.RawError($"{problem}\n");
            Terminal.Out($"{errors} errors, {problems.All.Count - errors} warnings in {site.File}\n");
        }
        return errors == 0 ? ExitCode.Ok : ExitCode.Configuration;
    }
}
