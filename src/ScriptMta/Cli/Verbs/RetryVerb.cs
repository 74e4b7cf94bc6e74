using System.CommandLine;
using ScriptMta.Admin;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>retry: what is remembered of hosts and addresses that failed, and forgetting it.</summary>
static class RetryVerb
{
    public static Command Build()
    {
        var command = new Command("retry", "See and clear the retry times of hosts and addresses. Example: scriptmta retry show user@example.com");
        command.Subcommands.Add(One("list", "List retry times: all, or those of hosts, addresses, domains and patterns", needed: false, clears: false));
        command.Subcommands.Add(One("show", "What delays an address, a domain, a user or a host, as exinext says it", needed: true, clears: false));
        command.Subcommands.Add(One("clear", "Forget retry times, so that messages waiting for them are tried now", needed: false, clears: true));
        return command;
    }

    static Command One(string name, string help, bool needed, bool clears)
    {
        var shared = new SharedOptions();
        var subjects = new Argument<string[]>("subject") { Description = "A host, an IP address, a mail address, a domain, or a pattern with *", Arity = needed ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Clear every retry time" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be cleared" };
        var command = new Command(name, help) { subjects };
        if (clears)
        {
            command.Options.Add(all);
            command.Options.Add(dryRun);
        }
        shared.AddTo(command, json: true);
        command.SetAction(result =>
        {
            var options = new Dictionary<string, string>(StringComparer.Ordinal);
            if (result.GetValue(shared.Json)) options["format"] = "json";
            if (clears && result.GetValue(all)) options["all"] = "";
            if (clears && result.GetValue(dryRun)) options["dry-run"] = "";
            var arguments = (result.GetValue(subjects) ?? []).Select(Latin1.FromUnicode).ToList();
            return OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest("retry-" + name, arguments, options), payload: null);
        });
        return command;
    }
}
