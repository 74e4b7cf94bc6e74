using ScriptMta.Smtp;

namespace ScriptMta.Reception;

/// <summary>How a batch ended: how many messages were taken, and what stopped it, if anything did (Exim 49.11).</summary>
/// <param name="Started">The line where the transaction began that failed, At where the error was found, Command the line at fault; empty = it was in a message.</param>
sealed record BatchResult(int Messages, Reply? Error = null, int Started = 0, int At = 0, string Command = "")
{
    const int SomeTaken = 1, NoneTaken = 2;

    public int ExitCode => Error is null ? Common.ExitCode.Ok : Messages > 0 ? SomeTaken : NoneTaken;

    /// <summary>For programs, on standard output.</summary>
    public string Report => Error is not { } error ? "" : $"{error}\nTransaction started in line {Started}\nError detected in line {At}\n{(Command.Length > 0 ? Command + "\n" : "")}";

    /// <summary>For people, on standard error.</summary>
    public string Explanation => Error is not { } error ? "" : $"""
        An error was detected while processing a file of BSMTP input.
        The error message was:

          {error}

        The SMTP transaction started in line {Started}.
        The error was detected in line {At}.

        """ + (Command.Length > 0 ? $"The SMTP command at fault was:\n\n   {Command}\n\n" : "")
        + $"{Messages} previous message{(Messages == 1 ? " was" : "s were")} successfully processed.\nThe rest of the batch was abandoned.\n";
}
