using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Transports;

/// <summary>One message through Debian's Exim to a bad server, and what its main log says of the delivery.</summary>
static class EximMain
{
    public static async Task<IReadOnlyList<string>> LinesAsync(Misbehaviour bad)
    {
        await using var server = new ScriptedServer(bad.Script) { IsLmtp = bad.IsLmtp };
        var folder = Directory.CreateTempSubdirectory("scriptmta-oracle-").FullName;
        try
        {
            File.SetUnixFileMode(folder, (UnixFileMode)0x1ff);
            var limit = bad.IsSlow ? "1s" : "20s";
            var conf = Path.Combine(folder, "conf");
            await File.WriteAllTextAsync(conf, $"""
                exim_user = mail
                exim_group = mail
                exim_path = {Oracle.Program}
                primary_hostname = mx.test.org
                qualify_domain = test.org
                spool_directory = {folder}
                log_file_path = {folder}/%slog
                local_interfaces = <; 127.0.0.1
                keep_environment =
                dns_ipv4_lookup = *
                begin routers
                r:
                  driver = accept
                  domains = remote.test
                  transport = t
                drop:
                  driver = redirect
                  data = :blackhole:
                begin transports
                t:
                  driver = smtp
                  hosts = 127.0.0.1
                  port = {server.Port}
                  allow_localhost
                  command_timeout = {limit}
                  data_timeout = {limit}
                  final_timeout = {limit}
                begin retry
                * * F,1h,1m
                """.Replace("                ", "") + "\n");
            Oracle.Run(["-C", conf, "-odq", "-oi", "-f", "s@mbox.test", "a@remote.test", .. bad.More], ["From: x@test.org", "Subject: s", "", "body"]);
            var id = Path.GetFileName(Directory.GetFiles(Path.Combine(folder, "input"), "*-H").Single())[..^2];
            await Task.Run(() => Oracle.Run(["-C", conf, "-M", id]));
            return [.. (await File.ReadAllLinesAsync(Path.Combine(folder, "mainlog"))).Where(l => l.Contains(id) && !l.Contains("<=") && !l.Contains("Completed")).Select(l => l[(l.IndexOf(id, StringComparison.Ordinal) + id.Length + 1)..])];
        }
        finally { await RemoveAsync(folder); }
    }

    /// <summary>Exim sends its bounce in a process of its own, which may still write.</summary>
    static async Task RemoveAsync(string folder)
    {
        for (var left = 100; ; left--)
            try { Directory.Delete(folder, recursive: true); return; }
            catch (IOException) when (left > 0) { await Task.Delay(100); }
    }
}
