using Microsoft.Win32.SafeHandles;

namespace ScriptMta.Common.Posix;

/// <param name="Words">The program's path, looked for nowhere else, and its arguments: bytes, each ending at its first NUL.</param>
/// <param name="Environment">The program's whole environment.</param>
/// <param name="Directory">Its working directory; null = ours.</param>
/// <param name="HasInput">Whether its standard input is ours to write; else it is empty.</param>
/// <param name="JoinsErrors">Whether standard error goes where standard output does; else it stays ours.</param>
sealed record ChildCommand(IReadOnlyList<string> Words, IReadOnlyDictionary<string, string> Environment, string? Directory, bool HasInput, bool JoinsErrors);

/// <summary>
/// A program that leads a process group of its own, so that it can be killed with all that it started, and that begins with every signal at its default. Whoever starts
/// one must see its end, with <see cref="WaitForEnd"/> or <see cref="Kill"/>.
/// </summary>
sealed class ChildProcess : IDisposable
{
    // How often an ending is looked for, in milliseconds: soon at first, since most programs end with their output.
    const int FirstPause = 1, LongestPause = 20;

    readonly int _id;

    ChildProcess(int id, PipeEnd? input, PipeEnd output) => (_id, Input, Output) = (id, input, output);

    public int Id => _id;
    /// <summary>Null when the command has no input.</summary>
    public PipeEnd? Input { get; }
    public PipeEnd Output { get; }

    /// <summary>Null when it could not be started.</summary>
    /// <param name="error">Then the error number of execve or chdir.</param>
    public static ChildProcess? Start(ChildCommand command, out int error)
    {
        var (outputRead, outputWrite) = PipeEnd.NewPipe();
        var (inputRead, inputWrite) = command.HasInput ? PipeEnd.NewPipe() : (File.OpenHandle("/dev/null"), null);
        int id;
        using (outputWrite)
        using (inputRead)
            error = Spawning.Spawn(command, inputRead, outputWrite, out id);
        if (error == 0) return new(id, inputWrite is null ? null : new(inputWrite), new(outputRead));
        outputRead.Dispose();
        inputWrite?.Dispose();
        return null;
    }

    /// <summary>The exit status; minus the signal that ended it; null when it still runs at the end of the time.</summary>
    public int? WaitForEnd(Deadline deadline)
    {
        for (var pause = FirstPause; ; pause = Math.Min(pause * 2, LongestPause))
        {
            if (Spawning.Ended(_id, block: false) is { } status) return status;
            if (deadline.Remaining == TimeSpan.Zero) return null;
            Thread.Sleep(pause);
        }
    }

    /// <summary>Ends it and its group, and sees its end.</summary>
    public int Kill()
    {
        Spawning.KillGroup(_id);
        return Spawning.Ended(_id, block: true) ?? -Spawning.KillSignal;
    }

    public void Dispose()
    {
        Input?.Dispose();
        Output.Dispose();
    }
}
