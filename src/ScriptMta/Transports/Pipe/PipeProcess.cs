using System.Diagnostics;
using System.Runtime.InteropServices;
using ScriptMta.Common;

namespace ScriptMta.Transports;

/// <summary>What a command came to. Signal is 0 unless it was killed by one; Output is what it wrote to both its outputs, cut at the limit.</summary>
readonly record struct PipeResult(int Status, int Signal, string Output, bool TimedOut, bool TooMuchOutput, string? StartError);

/// <summary>
/// Runs one command with a message on its standard input, in a session of its own so that the whole group can be killed. The command gets its arguments as a list: a
/// shell is only used, with fixed text, to set the umask and join the outputs.
/// </summary>
sealed partial class PipeProcess(IReadOnlyList<string> arguments, IReadOnlyList<(string Name, string Value)> environment, string directory, PipeOptions options, TimeProvider clock)
{
    /// <summary>The words after it are positional: nothing of a message is ever read as shell text.</summary>
    const string Wrapper = "umask \"$1\"; shift; exec /usr/bin/setsid \"$@\" 2>&1";
    const int Kill = 9;

    public async ValueTask<PipeResult> RunAsync(Func<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>, CancellationToken, ValueTask<long>> writeMessage, CancellationToken cancel)
    {
        using var process = new Process { StartInfo = StartInfo() };
        try { process.Start(); }
        catch (System.ComponentModel.Win32Exception error) { return new(0, 0, "", false, false, error.Message); }
        using var timer = options.Timeout > TimeSpan.Zero ? new CancellationTokenSource(options.Timeout, clock) : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        var reading = ReadAsync(process, both.Token);
        try
        {
            await FeedAsync(process, writeMessage, both.Token);
            var (output, tooMuch) = await reading;
            if (tooMuch) KillGroup(process);
            await process.WaitForExitAsync(both.Token);
            var code = process.ExitCode;
            // .NET gives 128 + n for a signal; a shell that ends with such a status looks the same, as Exim's manual warns.
            return new(code, code > 128 && WasSignalled(code) ? code - 128 : 0, output, false, tooMuch, null);
        }
        catch (OperationCanceledException)
        {
            KillGroup(process);
            await process.WaitForExitAsync(CancellationToken.None);
            cancel.ThrowIfCancellationRequested();
            return new(0, Kill, reading.IsCompletedSuccessfully ? reading.Result.Output : "", true, false, null);
        }
    }

    ProcessStartInfo StartInfo()
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Latin1.ToUnicode(directory),
        };
        foreach (var argument in (string[])["-c", Wrapper, "sh", Convert.ToString(options.Umask, 8), .. arguments]) start.ArgumentList.Add(Latin1.ToUnicode(argument));
        start.Environment.Clear();
        foreach (var (name, value) in environment) start.Environment[Latin1.ToUnicode(name)] = Latin1.ToUnicode(value);
        return start;
    }

    /// <summary>A command that does not read its input to the end is no error: what counts is how it exits.</summary>
    static async ValueTask FeedAsync(Process process, Func<Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask>, CancellationToken, ValueTask<long>> writeMessage, CancellationToken cancel)
    {
        var input = process.StandardInput.BaseStream;
        var open = true;
        await writeMessage(async (piece, token) =>
        {
            if (!open) return;
            try { await input.WriteAsync(piece, token); await input.FlushAsync(token); }
            catch (IOException) { open = false; }
        }, cancel);
        try { process.StandardInput.Close(); }
        catch (IOException) { /* it had gone before */ }
    }

    async Task<(string Output, bool TooMuch)> ReadAsync(Process process, CancellationToken cancel)
    {
        var output = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await process.StandardOutput.BaseStream.ReadAsync(buffer, cancel)) > 0)
        {
            output.Write(buffer, 0, read);
            if (options.MaxOutput > 0 && output.Length > options.MaxOutput)
            {
                KillGroup(process);
                return (Latin1.Decode(output.ToArray().AsSpan(0, options.MaxOutput)), true);
            }
        }
        return (Latin1.Decode(output.ToArray()), false);
    }

    static void KillGroup(Process process)
    {
        if (process.HasExited) return;
        if (kill(-process.Id, Kill) != 0) kill(process.Id, Kill);
    }

    static bool WasSignalled(int code) => code - 128 is > 0 and < 65;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
