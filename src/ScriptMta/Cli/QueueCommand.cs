using System.Collections.Frozen;
using ScriptMta.Admin;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>-bp, -bpc, mailq, -q, runq and the -M options: each becomes one request to the owner of the spool.</summary>
static class QueueCommand
{
    public static int List(Invocation invocation) => Ask(invocation, "list", invocation.Arguments, new()
    {
        ["format"] = invocation.ListAsSendmail ? "sendmail" : "exim", ["flags"] = invocation.ListFlags,
    });

    public static int Count(Invocation invocation) => Ask(invocation, "count", [], []);

    public static int RunQueue(Invocation invocation)
    {
        if (invocation.QueueInterval is not null) return DaemonCommand.RunInBackground(invocation);
        var options = new Dictionary<string, string> { ["flags"] = invocation.QueueFlags };
        if (invocation.RecipientSelection is { } recipient) options["recipient"] = recipient;
        if (invocation.SenderSelection is { } sender) options["sender"] = sender;
        return Ask(invocation, "run", invocation.Arguments, options);
    }

    public static int Act(Invocation invocation)
    {
        if (invocation.Arguments.Count == 0) throw new CommandException(ExitCode.Usage, $"no message ids given after {invocation.ModeOption} option");
        return Actions.TryGetValue(invocation.MessageAction, out var command)
            ? Ask(invocation, command, invocation.Arguments, [])
            : throw new CommandException(ExitCode.Unavailable, $"{invocation.ModeOption} is known but not built yet");
    }

    /// <summary>The letters after -M and the command they stand for.</summary>
    static readonly FrozenDictionary<string, string> Actions = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [""] = "deliver", ["c"] = "deliver", ["rm"] = "remove", ["g"] = "give-up", ["f"] = "freeze", ["t"] = "thaw", ["ar"] = "add-recipients",
        ["es"] = "edit-sender", ["md"] = "mark-delivered", ["mad"] = "mark-all-delivered", ["vh"] = "show-headers", ["vb"] = "show-body", ["vc"] = "show-message",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static int Ask(Invocation invocation, string command, IReadOnlyList<string> arguments, Dictionary<string, string> options) =>
        OwnerCall.Run(Site.RequestFor(invocation), asExim: true, new AdminRequest(command, arguments, options), payload: null);
}
