using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace ScriptMta.Benchmarks;

/// <summary>
/// TLS handshakes a second against <c>openssl s_server</c> with the same certificate, in turns in one run: `openssl s_time` makes new connections one after the other to each. Ours is the daemon with TLS on
/// connect, so each connection is a whole SMTP session that is cut off. Ratios hold on a busy machine better than numbers; the median of the rounds' ratios counts.
/// Run: dotnet run -c Release --project tests/ScriptMta.Benchmarks -- tls [BINARY [CLIENTS]]
/// </summary>
static partial class TlsHandshakes
{
    const int Rounds = 5;
    const int Seconds = 2;
    /// <summary>Until the code is compiled as it will stay.</summary>
    const int WarmRounds = 2;

    public static void Run(string[] arguments)
    {
        var (binary, clients) = (arguments.ElementAtOrDefault(0) ?? "src/ScriptMta/bin/Release/net10.0/scriptmta", int.Parse(arguments.ElementAtOrDefault(1) ?? "2", CultureInfo.InvariantCulture));
        var folder = Directory.CreateTempSubdirectory("scriptmta-bench-").FullName;
        try
        {
            foreach (var (name, key) in ((string, string)[])[("ECDSA P-256", "-newkey ec -pkeyopt ec_paramgen_curve:P-256"), ("RSA 2048", "-newkey rsa:2048")]) Compare(folder, binary, name, key, clients);
        }
        finally { Directory.Delete(folder, recursive: true); }
    }

    static void Compare(string folder, string binary, string name, string key, int clients)
    {
        var (certificate, keyFile) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        using (var made = Start("openssl", $"req -x509 -nodes -days 30 -subj /CN=bench.test {key} -keyout {keyFile} -out {certificate}")) made.WaitForExit();
        var theirPort = FreePort();
        using var theirs = Start("openssl", $"s_server -accept 127.0.0.1:{theirPort} -cert {certificate} -key {keyFile} -quiet");
        // What nobody reads would stop it once the pipe is full.
        theirs.BeginOutputReadLine();
        theirs.BeginErrorReadLine();
        using var ours = StartOurs(folder, binary, certificate, keyFile, out var ourPort);
        try
        {
            foreach (var version in (string[])["-tls1_3", "-tls1_2"]) Measure($"{name}, {version[1..].Replace('_', '.')}", version, (theirs, theirPort), (ours, ourPort), clients);
        }
        finally
        {
            foreach (var process in (Process[])[theirs, ours])
            {
                process.Kill();
                process.WaitForExit();
            }
        }
    }

    static void Measure(string name, string version, (Process Process, int Port) theirs, (Process Process, int Port) ours, int clients)
    {
        for (var i = 0; i < WarmRounds; i++) Handshakes(ours.Process, ours.Port, version, clients);
        var rates = new List<((double Rate, double Cost) Theirs, (double Rate, double Cost) Ours)>();
        for (var round = 0; round < Rounds; round++) rates.Add((Handshakes(theirs.Process, theirs.Port, version, clients), Handshakes(ours.Process, ours.Port, version, clients)));
        Console.WriteLine($"{name,-22} {clients} clients: s_server {Median(rates.Select(r => r.Theirs.Rate)),5:F0}/s, ScriptMta {Median(rates.Select(r => r.Ours.Rate)),5:F0}/s, ratio {Median(rates.Select(r => r.Ours.Rate / r.Theirs.Rate)):F2}; "
            + $"CPU {Median(rates.Select(r => r.Theirs.Cost)):F2} and {Median(rates.Select(r => r.Ours.Cost)):F2} ms each");
    }

    /// <summary>Of all clients together: how many a second by the wall clock, and what one cost the server in milliseconds of CPU, which other load on the machine changes less.</summary>
    static (double Rate, double Cost) Handshakes(Process server, int port, string version, int clients)
    {
        server.Refresh();
        var before = server.TotalProcessorTime;
        var clock = Stopwatch.GetTimestamp();
        var running = Enumerable.Range(0, clients).Select(_ => Start("openssl", $"s_time -connect 127.0.0.1:{port} -new -time {Seconds} {version}")).ToList();
        var sum = 0.0;
        foreach (var client in running)
        {
            var text = client.StandardOutput.ReadToEnd();
            client.WaitForExit();
            client.Dispose();
            var found = Result().Match(text);
            if (!found.Success) throw new InvalidOperationException("s_time failed: " + text);
            sum += double.Parse(found.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        }
        var elapsed = Stopwatch.GetElapsedTime(clock).TotalSeconds;
        server.Refresh();
        return (sum / elapsed, (server.TotalProcessorTime - before).TotalMilliseconds / sum);
    }

    static Process StartOurs(string folder, string binary, string certificate, string key, out int port)
    {
        var file = Path.Combine(folder, "conf");
        File.WriteAllText(file, $"primary_hostname = mx.bench.test\nkeep_environment =\nspool_directory = {folder}/spool\nlog_file_path = {folder}/%slog\nlocal_interfaces = 127.0.0.1\ndaemon_smtp_ports = 0\nsmtp_accept_max = 0\nsmtp_connect_backlog = 4096\nacl_smtp_rcpt = accept\ntls_certificate = {certificate}\ntls_privatekey = {key}\ntls_resumption_hosts = *\n");
        var daemon = Start(binary, $"daemon --config {file} --tls-on-connect");
        string? line;
        while ((line = daemon.StandardOutput.ReadLine()) is not null && !line.StartsWith("listening on", StringComparison.Ordinal)) { }
        port = int.Parse((line ?? throw new InvalidOperationException("the daemon did not start")).Split(':')[^1], CultureInfo.InvariantCulture);
        return daemon;
    }

    static Process Start(string program, string arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    [GeneratedRegex(@"(\d+) connections in \d+ real seconds")]
    private static partial Regex Result();
}
