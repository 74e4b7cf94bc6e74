using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using ScriptMta.Common;

namespace ScriptMta.Expansion;

/// <summary>What a program that ${run started printed (standard output and error together) and its exit status; minus the signal that ended it.</summary>
readonly record struct RunOutcome(string Output, int Status, bool TimedOut = false)
{
    /// <summary>As a shell has it for a program that is not there.</summary>
    public const int NotStarted = 127;

    // Exim waits as long.
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    // What a rule can use of a program's output; the rest is read and dropped so that the program can end.
    const int MaxOutput = 1024 * 1024;

    /// <summary>Above this a status is 128 and the number of a signal.</summary>
    const int SignalBase = 128;

    /// <param name="environment">The program's whole environment; null = this process's.</param>
    public static RunOutcome Of(IReadOnlyList<string> words, IReadOnlyDictionary<string, string>? environment)
    {
        using var process = new Process { StartInfo = Start(words, environment) };
        var output = new StringBuilder();
        try
        {
            if (!process.Start()) return new("", NotStarted);
        }
        catch (Win32Exception) { return new("", NotStarted); } // no such program, or not executable: the rule sees $runrc 127
        process.StandardInput.Close();
        var readers = Task.WhenAll(Read(process.StandardOutput, output), Read(process.StandardError, output));
        if (!process.WaitForExit(Limit) || !readers.Wait(Limit))
        {
            process.Kill(entireProcessTree: true);
            return new("", NotStarted, TimedOut: true);
        }
        var status = process.ExitCode;
        return new(output.ToString(), status > SignalBase ? SignalBase - status : status);
    }

    static ProcessStartInfo Start(IReadOnlyList<string> words, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(Latin1.ToUnicode(words[0]))
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            StandardOutputEncoding = Encoding.Latin1, StandardErrorEncoding = Encoding.Latin1,
        };
        foreach (var word in words.Skip(1)) start.ArgumentList.Add(Latin1.ToUnicode(word));
        if (environment is null) return start;
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return start;
    }

    static async Task Read(StreamReader from, StringBuilder into)
    {
        var block = new char[4096];
        for (int count; (count = await from.ReadAsync(block).ConfigureAwait(false)) > 0;)
            lock (into) into.Append(block, 0, Math.Min(count, Math.Max(0, MaxOutput - into.Length)));
    }
}
