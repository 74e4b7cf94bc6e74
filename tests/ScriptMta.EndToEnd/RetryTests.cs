using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ScriptMta.EndToEnd;

/// <summary>Retry times of a running daemon: they outlive a kill, and a person can read and clear them.</summary>
public sealed class RetryTests : IDisposable
{
    readonly string _port = ClosedPort().ToString(CultureInfo.InvariantCulture);
    readonly TestSite _site;

    public RetryTests() => _site = new(int.Parse(_port, CultureInfo.InvariantCulture), main: "log_selector = +retry_defer", retry: "* * F,4d,30m");

    public void Dispose() => _site.Dispose();

    static int ClosedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static void Send(RunningDaemon daemon, string recipient)
    {
        using var client = new SmtpConversation(daemon.Port);
        client.Reply();
        client.Ask("HELO client.example");
        Assert.StartsWith("250", client.Deliver("alice@example.com", [recipient], "Subject: s\n\nbody"), StringComparison.Ordinal);
    }

    int Refusals => _site.MainLog.Split("[127.0.0.1] Connection refused").Length - 1;

    string Retry(params string[] words) => _site.Command(["retry", .. words, "--config", _site.ConfigFile]).Output;

    [Fact]
    public void What_failed_is_left_alone_after_a_kill_until_it_is_cleared()
    {
        using (var daemon = _site.StartDaemon())
        {
            Send(daemon, "one@far.example");
            Wait.Until(() => _site.MainLog.Contains("== one@far.example R=relay T=out defer (111): Connection refused", StringComparison.Ordinal), () => _site.MainLog);
            Wait.Until(() => Directory.Exists(_site.Folder["spool/hints"]) && Directory.GetFiles(_site.Folder["spool/hints"]).Sum(f => new FileInfo(f).Length) > 100, "the hint to be written");
            daemon.KillHard();
        }
        Assert.Contains($"Transport: 127.0.0.1 [127.0.0.1]:{_port} error 111: Connection refused\n  first failed: ", Retry("show", "far.example"), StringComparison.Ordinal);
        using (var daemon = _site.StartDaemon())
        {
            Send(daemon, "two@far.example");
            Wait.Until(() => _site.MainLog.Contains("== two@far.example R=relay T=out defer (-54): retry time not reached for any host for 'far.example'", StringComparison.Ordinal), () => _site.MainLog);
            Assert.Equal(1, Refusals);
            Assert.EndsWith("1 retry time would be cleared; 2 waiting messages to be tried then\n", Retry("clear", "127.0.0.1", "--dry-run"), StringComparison.Ordinal);
            Assert.Contains($"\"key\": \"T:127.0.0.1:127.0.0.1:{_port}\"", Retry("list", "--json"), StringComparison.Ordinal);
            Assert.Equal($"cleared T:127.0.0.1:127.0.0.1:{_port}\n1 retry time cleared; 2 waiting messages to be tried now\n", Retry("clear", "far.example"));
            Wait.Until(() => Refusals >= 2, () => _site.MainLog);
            daemon.Stop();
        }
    }
}
