using System.CommandLine;
using ScriptMta.Admin;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>The sub-commands of queue that change nothing, and those that have messages tried.</summary>
static class QueueLooks
{
    public static IEnumerable<Command> All() => [List(), Count(), Summary(), Show(), Run(), Deliver(), Headers("headers", "show-headers", "header section"), Headers("body", "show-body", "body"), Undo()];

    static Command List()
    {
        var format = new Option<string>("--format") { Description = "exim, exiqgrep, brief, ids, sendmail or json", DefaultValueFactory = static _ => "exim" };
        return Asking("list", "List what is queued. Example: scriptmta queue list 'sender~@example.com$ age>2h' --format=brief", "list", (result, options, json) =>
            options["format"] = json ? "json" : result.GetValue(format)!, format);
    }

    static Command Count() => Asking("count", "Count the messages. Example: scriptmta queue count frozen=yes", "count", static (_, _, _) => { });

    static Command Summary()
    {
        var sort = new Option<string>("--sort") { Description = "domain, count or age", DefaultValueFactory = static _ => "domain" };
        return Asking("summary", "What waits for each domain, as exiqsumm prints it. Example: scriptmta queue summary --sort=count", "summary", (result, options, json) =>
        {
            options["sort"] = result.GetValue(sort)!;
            if (json) options["json"] = "";
        }, sort);
    }

    static Command Asking(string name, string help, string request, Action<ParseResult, Dictionary<string, string>, bool> fill, params Option[] more)
    {
        var shared = new SharedOptions();
        var filter = new FilterWords(isNeeded: false);
        var command = new Command(name, help);
        filter.AddTo(command);
        foreach (var option in more) command.Options.Add(option);
        shared.AddTo(command, json: true);
        command.SetAction(result =>
        {
            var options = new Dictionary<string, string>(StringComparer.Ordinal);
            filter.Fill(result, options);
            fill(result, options, result.GetValue(shared.Json));
            return OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest(request, [], options), payload: null);
        });
        return command;
    }

    static Command Show()
    {
        var shared = new SharedOptions();
        var ids = new Argument<string[]>("id") { Description = "Message ids", Arity = ArgumentArity.OneOrMore };
        var command = new Command("show", "Show a whole message; with --json what is known of it. Example: scriptmta queue show 1tDqYw-000000005vi-0000") { ids };
        shared.AddTo(command, json: true);
        command.SetAction(result => result.GetValue(shared.Json)
            ? OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest("list", result.GetValue(ids)!, new Dictionary<string, string> { ["format"] = "json" }), payload: null)
            : OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest("show-message", result.GetValue(ids)!, new Dictionary<string, string>()), payload: null));
        return command;
    }

    static Command Headers(string name, string request, string what)
    {
        var shared = new SharedOptions();
        var ids = new Argument<string[]>("id") { Description = "Message ids", Arity = ArgumentArity.OneOrMore };
        var command = new Command(name, $"Show the {what} of a message. Example: scriptmta queue {name} 1tDqYw-000000005vi-0000") { ids };
        shared.AddTo(command, json: false);
        command.SetAction(result => OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest(request, result.GetValue(ids)!, new Dictionary<string, string>()), payload: null));
        return command;
    }

    static Command Run()
    {
        var shared = new SharedOptions();
        var command = new Command("run", "Try to deliver everything that is due. Example: scriptmta queue run");
        shared.AddTo(command, json: false);
        command.SetAction(result => OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest("run", [], new Dictionary<string, string>()), payload: null));
        return command;
    }

    static Command Deliver()
    {
        var shared = new SharedOptions();
        var ids = new Argument<string[]>("id") { Description = "Message ids", Arity = ArgumentArity.OneOrMore };
        var command = new Command("deliver", "Try to deliver messages now, due or not. Example: scriptmta queue deliver 1tDqYw-000000005vi-0000") { ids };
        shared.AddTo(command, json: false);
        command.SetAction(result => OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest("deliver", result.GetValue(ids)!, new Dictionary<string, string>()), payload: null));
        return command;
    }

    static Command Undo()
    {
        var shared = new SharedOptions();
        var number = new Argument<string?>("number") { Description = "Which deed to take back; none: list them", Arity = ArgumentArity.ZeroOrOne };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only count" };
        var command = new Command("undo", "Take back a freeze, thaw, remove, edit or reroute. Example: scriptmta queue undo 12") { number, dryRun };
        shared.AddTo(command, json: true);
        command.SetAction(result =>
        {
            var options = new Dictionary<string, string>(StringComparer.Ordinal);
            if (result.GetValue(shared.Json)) options["json"] = "";
            if (result.GetValue(dryRun)) options["dry-run"] = "";
            return OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest("undo", result.GetValue(number) is { } n ? [Latin1.FromUnicode(n)] : [], options), payload: null);
        });
        return command;
    }
}
