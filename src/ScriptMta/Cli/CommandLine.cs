using ScriptMta.Common;
using ScriptMta.Expansion;

namespace ScriptMta.Cli;

/// <summary>The entry of the program: which personality, which style of command line, and what runs it. Sendmail-style words become byte text here, those of verbs where they are used.</summary>
static class CommandLine
{
    public static int Run(string[] arguments)
    {
        try { return Dispatch(arguments); }
        catch (CommandException error)
        {
            Terminal.Error(error.Message);
            return error.Status;
        }
    }

    static int Dispatch(string[] arguments)
    {
        if (arguments is [PamCondition.ChildArgument]) return PamCheck.Run();
        if (Personality.All.TryGetValue(Personality.OfThisProcess(), out var preset)) return RunSendmailStyle(preset, arguments);
        if (arguments.Length == 0) return Verbs.Run(["--help"], ExitCode.Usage);
        if (Personality.All.TryGetValue(arguments[0], out preset)) return RunSendmailStyle(preset, arguments[1..]);
        return arguments[0] is ['-', not '-' and not 'h', ..] ? RunSendmailStyle(static _ => { }, arguments) : Verbs.Run(arguments, ExitCode.Usage);
    }

    static int RunSendmailStyle(Action<Invocation> preset, string[] arguments)
    {
        var invocation = new Invocation();
        preset(invocation);
        SendmailOptions.Parse([.. arguments.Select(Latin1.FromUnicode)], invocation);
        if (invocation.Error is { } error) throw new CommandException(ExitCode.Usage, error);
        return Modes.Run(invocation);
    }
}

/// <summary>Ends a command with a message on standard error and an exit status. The message has no program name: the terminal adds it.</summary>
sealed class CommandException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
