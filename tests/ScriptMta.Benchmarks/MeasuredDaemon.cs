using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ScriptMta.Benchmarks;

/// <summary>A daemon of its own process over the spool "folder/name/spool", which queues what it accepts and delivers nothing.</summary>
sealed class MeasuredDaemon : IDisposable
{
    const int Sessions = 10;
    readonly Process _process;
    readonly int _port;

    public MeasuredDaemon(string folder, string name, string binary)
    {
        var place = Directory.CreateDirectory(Path.Combine(folder, name)).FullName;
        var file = Path.Combine(place, "conf");
        File.WriteAllText(file, $"primary_hostname = mx.bench.test\nkeep_environment =\nspool_directory = {place}/spool\nlog_file_path = {place}/%slog\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = 0\n" +
            "queue_only\nacl_smtp_rcpt = accept\nbegin routers\nall:\n  driver = manualroute\n  route_list = * 127.0.0.1\n  transport = out\nbegin transports\nout:\n  driver = smtp\n  port = 9\nbegin retry\n* * F,4d,1d\n");
        var clock = Stopwatch.StartNew();
        _process = Process.Start(new ProcessStartInfo(binary, ["daemon", "--config", file]) { RedirectStandardOutput = true })!;
        string? line;
        while ((line = _process.StandardOutput.ReadLine()) is not null && !line.StartsWith("listening on", StringComparison.Ordinal)) { }
        StartTime = clock.Elapsed;
        _port = int.Parse((line ?? throw new InvalidOperationException("the daemon did not start")).Split(':')[^1], CultureInfo.InvariantCulture);
    }

    public TimeSpan StartTime { get; }

    /// <summary>Kilobytes by the name of the row in /proc.</summary>
    public long Memory(string row) => long.Parse(File.ReadAllLines($"/proc/{_process.Id}/status").First(l => l.StartsWith(row, StringComparison.Ordinal))[row.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture);

    public TimeSpan ProcessorTime() => _process.TotalProcessorTime;

    /// <summary>Messages a second over some sessions.</summary>
    public double Accept(int messages)
    {
        var clock = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, Sessions).Select(_ => new Thread(() => Send(messages / Sessions))).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        return messages / Stopwatch.GetElapsedTime(clock).TotalSeconds;
    }

    void Send(int messages)
    {
        using var client = new TcpClient("127.0.0.1", _port) { NoDelay = true };
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
        var body = Encoding.ASCII.GetBytes("Subject: bench\r\n\r\n" + string.Concat(Enumerable.Repeat(new string('x', 70) + "\r\n", 28)) + ".\r\n");
        Expect("220");
        Say("EHLO bench.test\r\n"u8);
        for (; messages > 0; messages--)
        {
            Say("MAIL FROM:<bench@bench.test>\r\n"u8);
            Say("RCPT TO:<user@dest.bench.test>\r\n"u8);
            Say("DATA\r\n"u8);
            Say(body);
        }
        Say("QUIT\r\n"u8);

        void Say(ReadOnlySpan<byte> text)
        {
            client.GetStream().Write(text);
            Expect("");
        }

        void Expect(string code)
        {
            string line;
            do line = reader.ReadLine() ?? throw new InvalidOperationException("the daemon has hung up"); while (line.Length > 3 && line[3] == '-');
            if (!line.StartsWith(code, StringComparison.Ordinal) || line[0] is not ('2' or '3')) throw new InvalidOperationException(line);
        }
    }

    /// <summary>SIGTERM, and waits.</summary>
    public void Stop()
    {
        using var kill = Process.Start("kill", [_process.Id.ToString(CultureInfo.InvariantCulture)]);
        if (!_process.WaitForExit(TimeSpan.FromSeconds(60))) throw new InvalidOperationException("the daemon does not end");
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }
}
