using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ScriptMta.EndToEnd;

/// <summary>
/// Unbound with two zones: "signed.example", signed and validated against its own key, and "plain.example". Records are lines of a zone file; what a line holds after the signing can be forged, and then unbound
/// answers with a server failure.
/// </summary>
sealed class SignedZone : IDisposable
{
    const string Head = """
        $ORIGIN {0}.
        $TTL 300
        @ IN SOA ns root 1 3600 600 86400 300
        @ IN NS ns
        ns IN A 127.0.0.1

        """;

    readonly TemporaryFolder _folder = new();
    readonly Process _process;

    public SignedZone(string signed, string plain, string? forged = null, string? into = null)
    {
        _folder.Write("plain", Head.Replace("{0}", "plain.example", StringComparison.Ordinal) + plain + "\n");
        _folder.Write("zone", Head.Replace("{0}", "signed.example", StringComparison.Ordinal) + signed + "\n");
        var key = Tool("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", "signed.example").Trim();
        Tool("ldns-signzone", "-n", "-f", "signed", "zone", key);
        if (forged is not null)
        {
            var text = File.ReadAllText(_folder["signed"]);
            Assert.Contains(forged, text, StringComparison.Ordinal);
            File.WriteAllText(_folder["signed"], text.Replace(forged, into, StringComparison.Ordinal));
        }
        Port = FreePort();
        var configuration = _folder.Write("unbound.conf", $"""
            server:
              interface: 127.0.0.1@{Port}
              do-daemonize: no
              username: ""
              chroot: ""
              directory: "{_folder.Path}"
              pidfile: "{_folder["pid"]}"
              use-syslog: no
              do-ip6: no
              trust-anchor-file: "{_folder[key]}.ds"
            remote-control:
              control-enable: no
            auth-zone:
              name: "signed.example"
              zonefile: "signed"
              for-downstream: no
              for-upstream: yes
              fallback-enabled: no
            auth-zone:
              name: "plain.example"
              zonefile: "plain"
              for-downstream: no
              for-upstream: yes
              fallback-enabled: no

            """);
        var start = new ProcessStartInfo("unbound") { RedirectStandardError = true, WorkingDirectory = _folder.Path };
        foreach (var argument in (string[])["-d", "-c", configuration]) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += static (_, _) => { };
        _process.BeginErrorReadLine();
        Wait.Until(() => Answers() || _process.HasExited, "unbound to listen");
        Assert.False(_process.HasExited, "unbound ended at start");
    }

    public int Port { get; }

    string Tool(string program, params string[] arguments)
    {
        var run = Binary.Run(arguments, program: program, folder: _folder.Path);
        Assert.True(run.Status == 0, run.ToString());
        return run.Output;
    }

    bool Answers()
    {
        try { using var client = new TcpClient("127.0.0.1", Port); return true; }
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
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }
}
