using System.CommandLine;

namespace ScriptMta.Cli;

/// <summary>queue: look at the queue and mend it. Each sub-command is one request to the owner of the spool.</summary>
static class QueueVerb
{
    const string FilterHelp = """
        FILTER: message ids, or conditions joined by blanks (and), "or", "not" and parentheses:
          sender~RE sender=a@b sender.domain=d rcpt~RE rcpt.domain=d host=h last.code=451 (4xx) last.text~RE last.error=refused
          age>1h size>1M frozen=yes active=no tried=yes id=ID all
          = and != compare without case, ~ and !~ are regular expressions; quote a value that holds blanks: last.text~"try again"
        """;

    public static Command Build()
    {
        var command = new Command("queue", "Look at the queue and act on messages. Example: scriptmta queue list 'rcpt.domain=example.com age>1h'\n\n" + FilterHelp);
        Command[] all = [.. QueueLooks.All(), .. QueueDeeds.All(), .. SuspensionVerbs.Build(), QueueTop.Build()];
        foreach (var one in all) command.Subcommands.Add(one);
        return command;
    }
}
