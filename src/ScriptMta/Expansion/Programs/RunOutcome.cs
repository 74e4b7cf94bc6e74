using ScriptMta.Common;
using ScriptMta.Common.Posix;

namespace ScriptMta.Expansion;

/// <summary>What a program that ${run started printed (standard output and error together) and its exit status; minus the signal that ended it.</summary>
readonly record struct RunOutcome(string Output, int Status, bool TimedOut = false)
{
    /// <summary>As a shell has it for a program that is not there.</summary>
    public const int NotStarted = 127;

    /// <summary>Exim waits as long.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // What a rule can use of a program's output; the rest is read and dropped so that the program can end.
    const int MaxOutput = 1024 * 1024;

    /// <param name="words">The program's path and its arguments.</param>
    /// <param name="limit">For the program and whoever else holds its output open.</param>
    public static RunOutcome Of(IReadOnlyList<string> words, RuleEnvironment environment, TimeSpan limit)
    {
        var deadline = new Deadline(environment.Clock, limit);
        using var child = ChildProcess.Start(RuleProgram.Command(words, environment, hasInput: false, joinsErrors: true), out _);
        if (child is null) return new("", NotStarted); // no such program, or not executable: the rule sees $runrc 127
        if (ReadAll(child.Output, deadline) is { } output && child.WaitForEnd(deadline) is { } status) return new(output, status);
        child.Kill();
        return new("", NotStarted, TimedOut: true);
    }

    /// <summary>Null when the time is up before the end. Text ends at a NUL, as in Exim.</summary>
    static string? ReadAll(PipeEnd output, Deadline deadline)
    {
        var block = new byte[4096];
        var all = new MemoryStream();
        int? count;
        while ((count = output.Read(block, deadline)) > 0) all.Write(block, 0, (int)Math.Min(count.Value, MaxOutput - all.Length));
        return count is null ? null : Latin1.Decode(all.GetBuffer().AsSpan(0, (int)all.Length)).Split('\0', 2)[0];
    }
}
