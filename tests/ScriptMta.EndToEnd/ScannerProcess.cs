using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ScriptMta.EndToEnd;

/// <summary>A real scanner of Debian's, started with rules or signatures of our own in a temporary folder; nothing is fetched. Disposing ends it by its id.</summary>
sealed class ScannerProcess : IDisposable
{
    readonly Process _process;
    readonly List<string> _lines = [];

    ScannerProcess(string program, string ready, Func<bool> isReady, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += Take;
        _process.ErrorDataReceived += Take;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Wait.Until(() => _process.HasExited || (Output.Contains(ready, StringComparison.Ordinal) && isReady()), () => $"{program} to say \"{ready}\":\n{Output}", 60);
        if (!_process.HasExited) return;
        _process.WaitForExit();
        Assert.Fail($"{program} ended at start:\n{Output}");
    }

    string Output { get { lock (_lines) return string.Join('\n', _lines); } }

    /// <summary>spamd (package spamd) without network tests, and with one rule: the phrase XSPAMTESTX scores 12.3.</summary>
    public static ScannerProcess Spamd(TemporaryFolder folder, string socket)
    {
        // Started as root it reads them as nobody.
        const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(folder.Path, Readable);
        folder.Write("sa/rules/local.cf", "required_score 5\nbody TEST_PHRASE /XSPAMTESTX/\nscore TEST_PHRASE 12.3\ndescribe TEST_PHRASE the phrase of the test\n");
        folder.Write("sa/site/init.pre", "loadplugin Mail::SpamAssassin::Plugin::Check\n");
        return new("/usr/sbin/spamd", "server started", () => File.Exists(socket), "-L", "-x", "--configpath=" + folder["sa/rules"], "--siteconfigpath=" + folder["sa/site"], "--socketpath=" + socket, "-m", "1", "--min-children=1", "-s", "stderr");
    }

    /// <summary>clamd (package clamav-daemon) with one signature: the phrase XMALWARETESTX is ScriptMta.Test.</summary>
    public static ScannerProcess Clamd(TemporaryFolder folder, string socket, int port)
    {
        folder.Write("clam/db/test.ndb", $"ScriptMta.Test:0:*:{Convert.ToHexStringLower("XMALWARETESTX"u8)}\n");
        var configuration = folder.Write("clam/clamd.conf",
            $"Foreground yes\nLogTime yes\nLocalSocket {socket}\nTCPSocket {port}\nTCPAddr 127.0.0.1\nDatabaseDirectory {folder["clam/db"]}\nUser {Environment.UserName}\nTemporaryDirectory {folder["clam"]}\n");
        return new("/usr/sbin/clamd", "", () => File.Exists(socket) && Answers(port), "-c", configuration);
    }

    /// <summary>For programs that cannot tell which port they were given.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static bool Answers(int port)
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", port);
            return true;
        }
        catch (SocketException) { return false; }
    }

    void Take(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is null) return;
        lock (_lines) _lines.Add(line.Data);
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
