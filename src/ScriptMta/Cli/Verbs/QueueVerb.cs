using System.CommandLine;
using ScriptMta.Admin;

namespace ScriptMta.Cli;

/// <summary>queue: look at the queue and mend it. Each sub-command is one request to the owner of the spool.</summary>
static class QueueVerb
{
    public static Command Build()
    {
        var command = new Command("queue", "Look at the queue and act on messages. Example: scriptmta queue list --json");
        foreach (var (name, request, help, needsIds) in Rows) command.Subcommands.Add(BuildOne(name, request, help, needsIds));
        foreach (var suspension in SuspensionVerbs.Build()) command.Subcommands.Add(suspension);
        return command;
    }

    static readonly (string Name, string Request, string Help, bool NeedsIds)[] Rows =
    [
        ("list", "list", "List what is queued", false),
        ("count", "count", "Count the messages", false),
        ("run", "run", "Try to deliver everything that is due; with ids only those", false),
        ("deliver", "deliver", "Try to deliver messages now, due or not", true),
        ("freeze", "freeze", "Put messages on hold", true),
        ("thaw", "thaw", "Let held messages go", true),
        ("remove", "remove", "Remove messages without telling anybody", true),
        ("give-up", "give-up", "Send messages back to their senders", true),
        ("headers", "show-headers", "Show the header section of a message", true),
        ("body", "show-body", "Show the body of a message", true),
        ("show", "show-message", "Show a whole message", true),
    ];

    static Command BuildOne(string name, string request, string help, bool needsIds)
    {
        var shared = new SharedOptions();
        var ids = new Argument<string[]>("id") { Description = "Message ids", Arity = needsIds ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore };
        var command = new Command(name, help) { ids };
        shared.AddTo(command, json: name == "list");
        command.SetAction(result =>
        {
            var options = new Dictionary<string, string>(StringComparer.Ordinal);
            if (name == "list") options["format"] = result.GetValue(shared.Json) ? "json" : "exim";
            return OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest(request, result.GetValue(ids) ?? [], options), payload: null);
        });
        return command;
    }
}
