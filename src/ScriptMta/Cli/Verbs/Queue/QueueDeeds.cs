using System.CommandLine;
using ScriptMta.Admin;
using ScriptMta.Common;
using ScriptMta.Hosting;

namespace ScriptMta.Cli;

/// <summary>The sub-commands of queue that change what a filter means. A person is told how many messages that is and asked before it is done.</summary>
static class QueueDeeds
{
    public static IEnumerable<Command> All() =>
    [
        Build("freeze", "Put messages on hold. Example: scriptmta queue freeze sender~@spam.example$"),
        Build("thaw", "Let held messages go. Example: scriptmta queue thaw frozen=yes age<1d"),
        Build("retry", "Try messages now, due or not. Example: scriptmta queue retry rcpt.domain=example.com"),
        Build("remove", "Remove messages without telling anybody. Example: scriptmta queue remove 'sender=<> age>3d'", ("--keep", "keep", "How long they are kept for undo, as 12h or 0s (default 1d)")),
        Build("bounce", "Send messages back to their senders. Example: scriptmta queue bounce 'last.code=550'"),
        Build("edit", "Change the sender, or one recipient to another. Example: scriptmta queue edit rcpt=jo@old.example --rcpt jo@old.example --to jo@new.example",
            ("--sender", "sender", "The new sender; <> for none"), ("--rcpt", "from", "The recipient to change"), ("--to", "to", "What it becomes")),
        Build("reroute", "Route messages again as if for the first time, or to another domain. Example: scriptmta queue reroute rcpt.domain=old.example --from-domain old.example --domain new.example",
            ("--domain", "domain", "The domain that waiting recipients get"), ("--from-domain", "from-domain", "Only those of this domain")),
        QueueExport.Build(),
    ];

    static Command Build(string name, string help, params (string Option, string Field, string Help)[] fields)
    {
        var shared = new SharedOptions();
        var filter = new FilterWords(isNeeded: true);
        var dryRun = new Option<bool>("--dry-run") { Description = "Only count what matches" };
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask" };
        var command = new Command(name, help) { dryRun, yes };
        filter.AddTo(command);
        var own = fields.Select(f => (f.Field, Option: new Option<string?>(f.Option) { Description = f.Help })).ToList();
        foreach (var (_, option) in own) command.Options.Add(option);
        shared.AddTo(command, json: true);
        command.SetAction(result =>
        {
            var options = new Dictionary<string, string>(StringComparer.Ordinal) { ["verb"] = name };
            filter.Fill(result, options);
            foreach (var (field, option) in own) if (SharedOptions.Bytes(result.GetValue(option)) is { } value) options[field] = value;
            if (result.GetValue(shared.Json)) options["json"] = "";
            if (result.GetValue(dryRun)) options["dry-run"] = "";
            else if (!result.GetValue(yes) && Terminal.IsConversation && !Confirm(shared.Site(result), name, options)) return ExitCode.Failure;
            return OwnerCall.Run(shared.Site(result), asExim: false, new AdminRequest("queue", [], options), payload: null);
        });
        return command;
    }

    /// <summary>Says how many messages are meant; false when the person does not want it.</summary>
    static bool Confirm(SiteRequest site, string verb, Dictionary<string, string> options)
    {
        using var answer = new MemoryStream();
        var dry = new Dictionary<string, string>(options, StringComparer.Ordinal) { ["dry-run"] = "" };
        dry.Remove("json");
        if (OwnerCall.Run(site, asExim: false, new AdminRequest("queue", [], dry), new StandardOutput(answer, Terminal.ErrorStream)) != ExitCode.Ok) throw new CommandException(ExitCode.Usage, "nothing was done");
        var count = Latin1.Decode(answer.ToArray()).Split(';')[0];
        Terminal.RawError($"{count}: {verb}? [y/N] ");
        return Console.ReadLine() is { } line && line.StartsWith('y');
    }
}
