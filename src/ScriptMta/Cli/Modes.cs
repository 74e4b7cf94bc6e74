using System.Collections.Frozen;
using ScriptMta.Common;

namespace ScriptMta.Cli;

/// <summary>What runs each mode of the sendmail-style command line.</summary>
static class Modes
{
    /// <summary>Sendmail's own mode is no row: it is the one that is started for each message, and this table takes a while to make.</summary>
    public static int Run(Invocation invocation) => invocation.Mode == Mode.Submit && invocation.ShownMessages is null ? SubmitCommand.Run(invocation) : RunOther(invocation);

    static int RunOther(Invocation invocation)
    {
        if (invocation.ShownMessages is { Count: > 0 } && invocation.Mode != Mode.Expand) throw new CommandException(ExitCode.Failure, "incompatible command-line options or arguments");
        return invocation.Mode == Mode.Submit ? SubmitCommand.Run(invocation) : Table.TryGetValue(invocation.Mode, out var run)
            ? run(invocation)
            : throw new CommandException(ExitCode.Unavailable, $"{invocation.ModeOption} is known but not built yet");
    }

    static readonly FrozenDictionary<Mode, Func<Invocation, int>> Table = new Dictionary<Mode, Func<Invocation, int>>
    {
        [Mode.SmtpOnStdio] = SmtpCommand.Run,
        [Mode.BatchSmtp] = SmtpCommand.RunBatch,
        [Mode.HostCheck] = HostCheckCommand.Run,
        [Mode.MalwareTest] = MalwareCommand.Run,
        [Mode.Daemon] = DaemonCommand.RunInBackground,
        [Mode.DaemonForeground] = DaemonCommand.RunInForeground,
        [Mode.ListQueue] = QueueCommand.List,
        [Mode.CountQueue] = QueueCommand.Count,
        [Mode.QueueRun] = QueueCommand.RunQueue,
        [Mode.Message] = QueueCommand.Act,
        [Mode.CheckAliases] = AliasesCommand.Run,
        [Mode.Verify] = AddressCommand.VerifyRecipients,
        [Mode.VerifySender] = AddressCommand.VerifySenders,
        [Mode.AddressTest] = AddressCommand.Test,
        [Mode.RewriteTest] = RewriteCommand.Run,
        [Mode.RetryTest] = RetryCommand.Run,
        [Mode.FilterTest] = FilterCommand.Run,
        [Mode.Expand] = ExpandCommand.Run,
        [Mode.PrintOptions] = PrintCommand.Run,
        [Mode.Version] = VersionCommand.Run,
        [Mode.Help] = static _ => Verbs.Run(["--help"], ExitCode.Ok),
    }.ToFrozenDictionary();
}
