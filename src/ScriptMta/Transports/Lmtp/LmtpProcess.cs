using System.ComponentModel;
using System.Diagnostics;
using ScriptMta.Common;
using ScriptMta.Common.Posix;
using ScriptMta.Network;

namespace ScriptMta.Transports;

/// <summary>
/// A command that speaks LMTP on its standard input and output, in a session of its own; what it writes to standard error is thrown away, as Exim does. Its environment is empty. Disposing ends it: politely it
/// has ended itself after QUIT, otherwise it is killed with its group.
/// </summary>
sealed class LmtpProcess : IAsyncDisposable
{
    /// <summary>The words after it are positional: nothing of a message is ever read as shell text.</summary>
    const string Wrapper = "exec /usr/bin/setsid \"$@\" 2>/dev/null";
    /// <summary>What a command may take to end after its input has.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    readonly Process _process;

    LmtpProcess(Process process)
    {
        _process = process;
        Stream = new StreamPair(process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
    }

    public Stream Stream { get; }

    /// <summary>Null with the reason when it could not be started.</summary>
    public static LmtpProcess? Start(IReadOnlyList<string> arguments, string directory, out string problem)
    {
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false, WorkingDirectory = Latin1.ToUnicode(directory) };
        foreach (var word in (string[])["-c", Wrapper, "sh", .. arguments]) start.ArgumentList.Add(Latin1.ToUnicode(word));
        start.Environment.Clear();
        var process = new Process { StartInfo = start };
        problem = "";
        try
        {
            process.Start();
            return new(process);
        }
        catch (Win32Exception error)
        {
            problem = error.Message;
            process.Dispose();
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try { _process.StandardInput.Close(); }
        catch (IOException) { /* it had gone before */ }
        using var grace = new CancellationTokenSource(Grace);
        try { await _process.WaitForExitAsync(grace.Token); }
        catch (OperationCanceledException)
        {
            Spawning.KillGroup(_process.Id);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        _process.Dispose();
    }
}
