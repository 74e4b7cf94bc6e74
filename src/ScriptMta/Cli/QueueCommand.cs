using System.Collections.Frozen;
using ScriptMta.Admin;
using ScriptMta.Common;
using ScriptMta.Mail;

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
        if (invocation.Arguments.Count > 2) throw new CommandException(ExitCode.Usage, "-q takes at most two message ids: where to begin and where to end");
        CheckIds(invocation.Arguments, "-q");
        var options = new Dictionary<string, string> { ["flags"] = invocation.QueueFlags };
        if (invocation.RecipientSelection is { } recipient) options["recipient"] = recipient;
        if (invocation.SenderSelection is { } sender) options["sender"] = sender;
        return Ask(invocation, "run", invocation.Arguments, options);
    }

    public static int Act(Invocation invocation)
    {
        if (invocation.Arguments.Count == 0) throw new CommandException(ExitCode.Failure, $"no message ids given after {invocation.ModeOption} option");
        if (!Actions.TryGetValue(invocation.MessageAction, out var action)) throw new CommandException(ExitCode.Unavailable, $"{invocation.ModeOption} is known but not built yet");
        CheckIds(action.Ids == Many ? invocation.Arguments : [invocation.Arguments[0]], invocation.ModeOption!);
        if (action.Ids == Single && invocation.Arguments.Count > 1)
        {
            Terminal.Out("*** Only one message can be listed at once\n");
            return ExitCode.Failure;
        }
        return Ask(invocation, action.Command, invocation.Arguments, action.Option is { } option ? new() { [option] = "", ["quiet"] = "" } : []);
    }

    static void CheckIds(IEnumerable<string> words, string option)
    {
        if (words.FirstOrDefault(static w => !MessageId.TryParse(w, out _)) is { } wrong) throw new CommandException(ExitCode.Failure, $"malformed message id {wrong} after {option} option");
    }

    /// <summary>How many of the words are ids: all, one, or the first before addresses.</summary>
    const int Many = 0, Single = 1, First = 2;

    /// <summary>The letters after -M and the command they stand for.</summary>
    static readonly FrozenDictionary<string, (string Command, int Ids, string? Option)> Actions = new Dictionary<string, (string, int, string?)>(StringComparer.Ordinal)
    {
        [""] = ("deliver", Many, "now"), ["c"] = ("deliver", Many, "due"), ["rm"] = ("remove", Many, null), ["g"] = ("give-up", Many, null), ["f"] = ("freeze", Many, null),
        ["t"] = ("thaw", Many, null), ["mad"] = ("mark-all-delivered", Many, null), ["ar"] = ("add-recipients", First, null), ["es"] = ("edit-sender", First, null),
        ["md"] = ("mark-delivered", First, null), ["vh"] = ("header-file", Single, null), ["vb"] = ("data-file", Single, null), ["vc"] = ("show-message", Single, null),
        ["vl"] = ("message-log", Single, null),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    static int Ask(Invocation invocation, string command, IReadOnlyList<string> arguments, Dictionary<string, string> options) =>
        OwnerCall.Run(Site.RequestFor(invocation), asExim: true, new AdminRequest(command, arguments, options), payload: null);
}
