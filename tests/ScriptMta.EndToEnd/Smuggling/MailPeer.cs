using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ScriptMta.EndToEnd;

/// <summary>Another mail server, unpacked from its Debian package and run from a folder of its own on a port of 127.0.0.1. It relays everything to one port of this host, or keeps it. Disposing stops it by its process id.</summary>
abstract partial class MailPeer : IDisposable
{
    const int Terminate = 15;

    Process? _process;

    protected TemporaryFolder Folder { get; } = new();
    public int Port { get; } = FreePort();

    public abstract string Log { get; }
    /// <summary>The senders of the messages that it has taken so far, bounces of its own left out.</summary>
    public abstract IReadOnlyList<string> Taken { get; }
    /// <summary>Returns when nothing that it has taken waits for its first attempt any more.</summary>
    public abstract void DeliverAll();

    protected static string UnpackedAt(string variable, string name) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } named ? named : Path.Combine("/var/cache/scriptmta-tests", name);

    /// <summary>The server gives up root: its folder has to be open.</summary>
    protected void Open(string folder)
    {
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(Folder.Path, (UnixFileMode)0x1ed);
        File.SetUnixFileMode(folder, (UnixFileMode)0x1ff);
    }

    /// <summary>In the foreground, as the leader of a group of its own.</summary>
    protected void Start(params string[] command)
    {
        var start = new ProcessStartInfo("setsid") { WorkingDirectory = Path.GetTempPath(), RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.OutputDataReceived += static (_, _) => { };
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Wait.Until(() => Answers() || _process.HasExited, () => $"{GetType().Name} to listen\n{Log}", 30);
        Assert.False(_process.HasExited, $"{GetType().Name} ended at start\n{Log}");
    }

    bool Answers()
    {
        try
        {
            using var client = new TcpClient("127.0.0.1", Port);
            return true;
        }
        catch (SocketException) { return false; }
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _ = kill(_process.Id, Terminate);
            if (!_process.WaitForExit(TimeSpan.FromSeconds(20))) _process.Kill(entireProcessTree: true);
        }
        _process?.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
