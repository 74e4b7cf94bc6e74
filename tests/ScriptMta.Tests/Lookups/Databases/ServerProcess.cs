using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ScriptMta.Tests.Lookups;

/// <summary>A database server of the tests: started on loopback below a temporary folder, as its own user where we are root, and stopped by its process id.</summary>
sealed class ServerProcess : IDisposable
{
    static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    readonly Process _process;

    ServerProcess(Process process) => _process = process;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <param name="log">Takes what the server prints; shown when it does not come up.</param>
    public static ServerProcess Start(string? user, string log, string program, params string[] arguments)
    {
        var words = As(user, program, arguments);
        // The log is opened by the shell, which then becomes the server: its process id is the server's.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >\"$log\" 2>&1 </dev/null", "sh", log, .. words]);
        return new(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end; its output is shown when it fails.</summary>
    public static string Run(string? user, string? input, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/env", As(user, program, arguments)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (input is not null) process.StandardInput.Write(input);
        process.StandardInput.Close();
        Assert.True(process.WaitForExit(StartLimit), $"{program} does not end");
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {output.Result}{errors.Result}");
        return output.Result;
    }

    public void WaitFor(string log, Func<bool> isUp)
    {
        var watch = Stopwatch.StartNew();
        while (!isUp())
        {
            Assert.False(_process.HasExited || watch.Elapsed > StartLimit, File.Exists(log) ? File.ReadAllText(log) : log);
            Thread.Sleep(20);
        }
    }

    public static bool Answers(int port)
    {
        using var client = new TcpClient();
        try { client.Connect(IPAddress.Loopback, port); return true; }
        catch (SocketException) { return false; }
    }

    /// <summary>Politely first: PostgreSQL's and MariaDB's own children end with them.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-INT", $"{_process.Id}"]);
            kill.WaitForExit();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(2))) using (var term = Process.Start("kill", ["-TERM", $"{_process.Id}"])) term.WaitForExit();
            if (!_process.WaitForExit(StopLimit)) _process.Kill();
        }
        _process.Dispose();
    }

    static string[] As(string? user, string program, string[] arguments) =>
        user is null || Environment.UserName != "root" ? [program, .. arguments] : ["setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups", program, .. arguments];
}
