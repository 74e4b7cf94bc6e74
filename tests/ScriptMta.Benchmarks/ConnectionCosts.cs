using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ScriptMta.Common.Posix;

namespace ScriptMta.Benchmarks;

/// <summary>
/// What connections cost the daemon as a whole process: resident memory and threads with N idle clients (greeted with EHLO, or in the middle of a transaction), and whether it still answers.
/// Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- connections [N [BINARY]]
/// </summary>
static class ConnectionCosts
{
    /// <summary>Opened and closed again before anything is measured: code and pools are warm then.</summary>
    const int Warm = 200;

    public static void Run(string[] arguments)
    {
        var count = int.Parse(arguments.ElementAtOrDefault(0) ?? "1000", CultureInfo.InvariantCulture);
        DescriptorLimit.Raise(count + 1000);
        var folder = Directory.CreateTempSubdirectory("scriptmta-bench-").FullName;
        using var daemon = Start(folder, arguments.ElementAtOrDefault(1) ?? "src/ScriptMta/bin/Release/net10.0/scriptmta", out var port);
        try { Measure(daemon.Id, port, count); }
        finally
        {
            daemon.Kill();
            daemon.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
    }

    static Process Start(string folder, string binary, out int port)
    {
        var file = Path.Combine(folder, "conf");
        File.WriteAllText(file, $"primary_hostname = mx.bench.test\nkeep_environment =\nspool_directory = {folder}/spool\nlog_file_path = {folder}/%slog\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = 0\nsmtp_accept_max = 0\nsmtp_connect_backlog = 4096\nacl_smtp_rcpt = accept\n");
        var daemon = Process.Start(new ProcessStartInfo(binary, ["daemon", "--config", file]) { RedirectStandardOutput = true })!;
        string? line;
        while ((line = daemon.StandardOutput.ReadLine()) is not null && !line.StartsWith("listening on", StringComparison.Ordinal)) { }
        port = int.Parse((line ?? throw new InvalidOperationException("the daemon did not start")).Split(':')[^1], CultureInfo.InvariantCulture);
        return daemon;
    }

    static void Measure(int process, int port, int count)
    {
        Close(Open(port, Warm, "EHLO warm.example\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n"));
        var before = Settle(process);
        Console.WriteLine($"{"at rest",-34}{before.Kilobytes,9:N0} KB {before.Threads,4} threads");
        var clock = Stopwatch.StartNew();
        var clients = Open(port, count, "EHLO idle.example\r\n");
        Show($"{count:N0} idle after EHLO ({clock.ElapsedMilliseconds:N0} ms)", Settle(process), before, count);
        foreach (var client in clients) Say(client, "MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n");
        Show($"{count:N0} idle after RCPT", Settle(process), before, count);
        for (var i = 0; i < count; i += 10) clients[i].Send("NOO"u8);
        Show("every tenth in the middle of a line", Settle(process), before, count);
        clock.Restart();
        Close(Open(port, 1, "EHLO new.example\r\n"));
        Console.WriteLine($"a new client is answered in {clock.Elapsed.TotalMilliseconds:F1} ms");
        Close(clients);
    }

    static void Show(string what, (long Kilobytes, int Threads) now, (long Kilobytes, int Threads) before, int count) =>
        Console.WriteLine($"{what,-34}{now.Kilobytes,9:N0} KB {now.Threads,4} threads {(now.Kilobytes - before.Kilobytes) / (double)count,8:F2} KB each");

    static List<Socket> Open(int port, int count, string commands)
    {
        var clients = new List<Socket>(count);
        for (var i = 0; i < count; i++)
        {
            // From several addresses: one has fewer ports than there may be clients.
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            client.Bind(new IPEndPoint(new IPAddress([127, 0, 0, (byte)(1 + (i / 5000))]), 0));
            client.Connect(IPAddress.Loopback, port);
            Expect(client, "220");
            Say(client, commands);
            clients.Add(client);
        }
        return clients;
    }

    static void Say(Socket client, string commands)
    {
        foreach (var command in commands.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            client.Send(Encoding.ASCII.GetBytes(command + "\r\n"));
            Expect(client, "250");
        }
    }

    static void Expect(Socket client, string code)
    {
        var buffer = new byte[1024];
        var text = "";
        while (!text.Contains("\r\n" + code + " ", StringComparison.Ordinal) && !text.StartsWith(code + " ", StringComparison.Ordinal))
        {
            if (client.Receive(buffer) is var read && read == 0) throw new InvalidOperationException($"the daemon has hung up after {text}");
            text += Encoding.ASCII.GetString(buffer, 0, read);
        }
    }

    static void Close(List<Socket> clients) => clients.ForEach(static client => client.Dispose());

    /// <summary>Once the garbage of the last seconds has had time to go.</summary>
    static (long Kilobytes, int Threads) Settle(int process)
    {
        Thread.Sleep(3000);
        var status = File.ReadAllLines($"/proc/{process}/status");
        return (Number("VmRSS:"), (int)Number("Threads:"));

        long Number(string name) => long.Parse(status.First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture);
    }
}
