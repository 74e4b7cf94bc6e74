using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.EndToEnd;

/// <summary>A silent or slow client holds memory, never a thread; measured from outside, with wide margins (the benchmark verb "connections" has the numbers).</summary>
public sealed class ConnectionScaleTests : IDisposable
{
    /// <summary>Far fewer than there are clients: the pool may add some threads on a busy machine.</summary>
    const int MostNewThreads = 60;
    /// <summary>Twice what is measured for a connection with an unfinished line, whose buffer it holds.</summary>
    const int MostKilobytesEach = 40;

    readonly TestSite _site = new(main: "smtp_accept_max = 0\nsmtp_accept_max_per_host = 0\nsmtp_connect_backlog = 500", acl: "accept delay = ${if eq{$sender_address}{slow@x.example}{10m}{0s}}");
    readonly List<Socket> _clients = [];

    [Fact]
    public void Five_hundred_silent_and_two_hundred_slow_clients_cost_memory_but_no_threads()
    {
        using var daemon = _site.StartDaemon();
        Greet(Open(daemon, 20));
        var before = Status(daemon);
        Open(daemon, 500);
        var slow = Open(daemon, 200);
        Greet(slow);
        foreach (var letter in "MAIL FROM:<a") // No end of line ever comes.
        {
            foreach (var client in slow) client.Send([(byte)letter]);
            Thread.Sleep(20);
        }
        var after = Status(daemon);
        Assert.True(after.Threads <= before.Threads + MostNewThreads, $"{before} became {after}");
        Assert.True(after.Kilobytes - before.Kilobytes <= 700 * MostKilobytesEach, $"{before} became {after}");
        AnswersAtOnce(daemon);
    }

    [Fact]
    public void Two_hundred_clients_that_a_rule_delays_hold_no_threads()
    {
        using var daemon = _site.StartDaemon();
        var before = Status(daemon);
        var delayed = Open(daemon, 200);
        Greet(delayed);
        foreach (var client in delayed) Ask(client, "MAIL FROM:<slow@x.example>");
        foreach (var client in delayed) client.Send("RCPT TO:<alice@example.com>\r\n"u8);
        AnswersAtOnce(daemon);
        Assert.True(Status(daemon).Threads <= before.Threads + MostNewThreads, $"{before} became {Status(daemon)}");
        Assert.All(delayed, client => Assert.Equal(0, client.Available));
        daemon.KillHard(); // The rule would hold the sessions for as long as a stop lets them.
    }

    void AnswersAtOnce(RunningDaemon daemon)
    {
        var client = Open(daemon, 1)[0];
        Greet([client]);
        Ask(client, "MAIL FROM:<quick@x.example>");
        Ask(client, "RCPT TO:<alice@example.com>");
    }

    static void Greet(List<Socket> clients) => clients.ForEach(static client => Ask(client, "EHLO a.example"));

    static void Ask(Socket client, string command)
    {
        client.Send(Encoding.ASCII.GetBytes(command + "\r\n"));
        Expect(client, "250 ");
    }

    List<Socket> Open(RunningDaemon daemon, int count)
    {
        var opened = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 30_000 };
            client.Connect(IPAddress.Loopback, daemon.Port);
            Expect(client, "220 ");
            opened.Add(client);
        }
        _clients.AddRange(opened);
        return opened;
    }

    static void Expect(Socket client, string code)
    {
        var (buffer, text) = (new byte[1024], "");
        while (!text.StartsWith(code, StringComparison.Ordinal) && !text.Contains("\n" + code, StringComparison.Ordinal))
        {
            var read = client.Receive(buffer);
            Assert.True(read > 0, $"the server hung up after: {text}");
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }
    }

    static (long Kilobytes, int Threads) Status(RunningDaemon daemon)
    {
        var lines = File.ReadAllLines($"/proc/{daemon.ProcessId}/status");
        return (Number("VmRSS:"), (int)Number("Threads:"));

        long Number(string name) => long.Parse(lines.First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _clients.ForEach(static client => client.Dispose());
        _site.Dispose();
    }
}
