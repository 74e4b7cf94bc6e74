using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>`scriptmta daemon` in the foreground; Port is where it says it listens. Disposing sends SIGTERM and waits.</summary>
sealed partial class RunningDaemon : IDisposable
{
    readonly Process _process;
    readonly List<string> _lines = [];

    RunningDaemon(Process process) => _process = process;

    public string ConfigFile { get; private init; } = "";
    public int Port { get; private set; }
    public int ProcessId => _process.Id;
    public string Output { get { lock (_lines) return string.Join('\n', _lines); } }

    public static RunningDaemon Start(string configFile, params string[] more)
    {
        var start = new ProcessStartInfo(Binary.FilePath) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetTempPath() };
        foreach (var argument in (string[])["daemon", "--config", configFile, .. more]) start.ArgumentList.Add(argument);
        var daemon = new RunningDaemon(Process.Start(start)!) { ConfigFile = configFile };
        daemon._process.OutputDataReceived += daemon.Take;
        daemon._process.ErrorDataReceived += daemon.Take;
        daemon._process.BeginOutputReadLine();
        daemon._process.BeginErrorReadLine();
        Wait.Until(() => daemon.FindPort() || daemon._process.HasExited, $"the daemon to listen (configuration {configFile})", 30);
        if (daemon.Port == 0) Assert.Fail($"the daemon ended at start:\n{daemon.Output}");
        return daemon;
    }

    void Take(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_lines) _lines.Add(line.Data);
    }

    bool FindPort()
    {
        if (Listening().Match(Output) is not { Success: true } found) return false;
        Port = int.Parse(found.Groups[1].ValueSpan);
        return true;
    }

    public CommandResult Command(IEnumerable<string> arguments, string input = "") => Binary.Run(arguments, input);

    /// <summary>SIGTERM, then the exit status; a daemon that does not stop within the limit fails the test.</summary>
    public int Stop(int seconds = 30)
    {
        Signal(15);
        if (_process.WaitForExit(TimeSpan.FromSeconds(seconds))) return _process.ExitCode;
        _process.Kill();
        throw new Xunit.Sdk.XunitException($"the daemon did not stop within {seconds} s of SIGTERM:\n{Output}");
    }

    public void Signal(int number) => kill(_process.Id, number);

    public void KillHard()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Stop();
        _process.Dispose();
    }

    [GeneratedRegex(@"listening on \S*?:(\d+)")]
    private static partial Regex Listening();

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}

static class Wait
{
    public static void Until(Func<bool> condition, string what, int seconds = 20) => Until(condition, () => what, seconds);

    public static void Until(Func<bool> condition, Func<string> what, int seconds = 20)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (clock.Elapsed.TotalSeconds > seconds) Assert.Fail($"waited {seconds} s for {what()}");
            Thread.Sleep(20);
        }
    }
}
