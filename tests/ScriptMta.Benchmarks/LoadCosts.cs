using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Benchmarks;

/// <summary>
/// What a message costs the daemon, as processor time (which neighbours disturb less than messages a second): 4 KiB by SMTP, a connection each, 10 at once, to one Maildir or on to a server that takes everything.
/// Rounds after one another show how much the compiler takes at first. Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- load local|relay [MESSAGES [BINARY]]
/// System calls: strace -c -f -p the daemon meanwhile.
/// </summary>
static class LoadCosts
{
    const int Sessions = 10, Rounds = 5;
    const double TicksPerSecond = 100; // USER_HZ, the same on all Linux machines

    public static void Run(string[] arguments)
    {
        var relays = arguments.ElementAtOrDefault(0) == "relay";
        var count = int.Parse(arguments.ElementAtOrDefault(1) ?? "1000", CultureInfo.InvariantCulture);
        var folder = Directory.CreateTempSubdirectory("scriptmta-bench-").FullName;
        using var sink = new TcpListener(IPAddress.Loopback, 0);
        sink.Start(256);
        _ = TakeEverythingAsync(sink);
        using var daemon = Start(folder, arguments.ElementAtOrDefault(2) ?? "artifacts/publish/scriptmta", relays, ((IPEndPoint)sink.LocalEndpoint).Port, out var port);
        try
        {
            for (var round = 1; round <= Rounds; round++) Measure(daemon.Id, port, count, round * count, Path.Combine(folder, "mainlog"));
        }
        finally
        {
            daemon.Kill();
            daemon.WaitForExit();
            Directory.Delete(folder, recursive: true);
        }
    }

    static Process Start(string folder, string binary, bool relays, int sink, out int port)
    {
        var file = Path.Combine(folder, "conf");
        File.WriteAllText(file, $"primary_hostname = mx.bench.test\nkeep_environment =\nspool_directory = {folder}/spool\nlog_file_path = {folder}/%slog\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = 0\nsmtp_accept_max = 0\nacl_smtp_rcpt = accept\nbegin routers\n"
            + (relays ? $"r:\n driver = manualroute\n transport = t\n route_list = * 127.0.0.1::{sink}\n self = send\nbegin transports\nt:\n driver = smtp\n" : $"r:\n driver = accept\n transport = t\nbegin transports\nt:\n driver = appendfile\n directory = {folder}/mail\n maildir_format\n"));
        var daemon = Process.Start(new ProcessStartInfo(binary, ["daemon", "--config", file]) { RedirectStandardOutput = true })!;
        string? line;
        while ((line = daemon.StandardOutput.ReadLine()) is not null && !line.StartsWith("listening on", StringComparison.Ordinal)) { }
        port = int.Parse((line ?? throw new InvalidOperationException("the daemon did not start")).Split(':')[^1], CultureInfo.InvariantCulture);
        return daemon;
    }

    static void Measure(int process, int port, int count, int total, string log)
    {
        var (user, system) = Ticks(process);
        var clock = Stopwatch.StartNew();
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Sessions }, _ => Send(port));
        while (Completed(log) < total) Thread.Sleep(20);
        var seconds = clock.Elapsed.TotalSeconds;
        var (userNow, systemNow) = Ticks(process);
        double User = (userNow - user) / TicksPerSecond / count * 1e6, System = (systemNow - system) / TicksPerSecond / count * 1e6;
        Console.WriteLine($"messages {total - count + 1} to {total}: {User + System,6:F0} µs of processor time each ({User:F0} user, {System:F0} system), {count / seconds:F0} a second");
    }

    static void Send(int port)
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Connect(IPAddress.Loopback, port);
        var buffer = new byte[1024];
        client.Receive(buffer);
        foreach (var command in (string[])["HELO bench\r\n", "MAIL FROM:<a@client.test>\r\n", "RCPT TO:<bench@sink.test>\r\n", "DATA\r\n", s_message, "QUIT\r\n"])
        {
            client.Send(Encoding.ASCII.GetBytes(command));
            var read = client.Receive(buffer);
            if (buffer[0] is not ((byte)'2' or (byte)'3')) throw new InvalidOperationException(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    static readonly string s_message = "From: a@client.test\r\nTo: bench@sink.test\r\nSubject: bench\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 78) + "\r\n", 50)) + ".\r\n";

    static int Completed(string log)
    {
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var count = 0;
        while (reader.ReadLine() is { } line)
            if (line.EndsWith(" Completed", StringComparison.Ordinal)) count++;
        return count;
    }

    static (long User, long System) Ticks(int process)
    {
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ');
        return (long.Parse(fields[12], CultureInfo.InvariantCulture), long.Parse(fields[13], CultureInfo.InvariantCulture));
    }

    static async Task TakeEverythingAsync(TcpListener listener)
    {
        while (true)
        {
            TcpClient client;
            try { client = await listener.AcceptTcpClientAsync(); }
            catch (Exception error) when (error is SocketException or ObjectDisposedException) { return; }
            _ = TakeAsync(client);
        }
    }

    static async Task TakeAsync(TcpClient client)
    {
        using var socket = client;
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
        await writer.WriteLineAsync("220 sink");
        while (await reader.ReadLineAsync() is { } line)
        {
            if (line == "DATA")
            {
                await writer.WriteLineAsync("354 go on");
                while (await reader.ReadLineAsync() is { } text && text != ".") { }
            }
            await writer.WriteLineAsync(line == "QUIT" ? "221 bye" : "250 ok");
        }
    }
}
