using System.Globalization;
using System.Text.RegularExpressions;
using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Queue;

/// <summary>The same message with the same rules fails in Debian's Exim and here: both remember the same things under the same keys, with the same error numbers and intervals, and log the same lines.</summary>
public sealed partial class RetryAgainstEximTests : IDisposable
{
    const string Rules = """
        begin routers
        later:
          driver = redirect
          local_parts = later
          data = :defer: not now
          allow_defer
        whole:
          driver = redirect
          local_parts = whole
          data = :defer: not now either
          allow_defer
          retry_use_local_part
        dead:
          driver = manualroute
          domains = dead.test
          route_list = * 127.0.0.1::CLOSED
          self = send
          transport = smtp
        slow:
          driver = manualroute
          domains = slow.test
          route_list = * 127.0.0.1::SLOW
          self = send
          transport = smtp
        nosender:
          driver = manualroute
          domains = nosender.test
          route_list = * 127.0.0.1::SLOW
          self = send
          transport = smtp_alone
        mail4:
          driver = manualroute
          domains = mail4.test
          route_list = * 127.0.0.1::MAILFOUR
          self = send
          transport = smtp
        data4:
          driver = manualroute
          domains = data4.test
          route_list = * 127.0.0.1::DATAFOUR
          self = send
          transport = smtp
        banner:
          driver = manualroute
          domains = banner.test
          route_list = * 127.0.0.1::BANNER
          self = send
          transport = smtp_noip
        broken:
          driver = accept
          domains = broken.test
          transport = broken
        together:
          driver = accept
          domains = together.test
          transport = together
        local:
          driver = accept
          transport = box
        begin transports
        box:
          driver = appendfile
          file = DIR/mail/box
          AS
        broken:
          driver = appendfile
          file = DIR/absent/x
          no_create_directory
          AS
        together:
          driver = appendfile
          file = DIR/absent/x
          no_create_directory
          no_retry_use_local_part
          AS
        smtp:
          driver = smtp
          allow_localhost
          AS
        smtp_noip:
          driver = smtp
          allow_localhost
          retry_include_ip_address = false
          AS
        smtp_alone:
          driver = smtp
          allow_localhost
          no_address_retry_include_sender
          AS
        begin retry
        *@later.test    *         F,1h,7m
        broken.test     *         F,1h,8m
        *               rcpt_451  F,1h,9m
        *               mail_4xx  F,1h,10m
        *               data_45x  F,1h,11m
        *               refused_A F,1h,12m
        *               *         F,1h,13m
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("scriptmta-retries-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("a@dead.test")]
    [InlineData("a@slow.test")]
    [InlineData("Mixed.Case@SLOW.test")]
    [InlineData("a@nosender.test")]
    [InlineData("a@mail4.test")]
    [InlineData("a@data4.test")]
    [InlineData("a@banner.test")]
    [InlineData("a@broken.test")]
    [InlineData("a@together.test")]
    [InlineData("later@later.test")]
    [InlineData("whole@later.test")]
    [InlineData("later@other.test")]
    public async Task The_same_is_remembered(string recipient)
    {
        await using var slow = new ScriptedServer(("rcpt", "451 4.2.1 later"));
        await using var mail = new ScriptedServer(("mail", "450 4.3.0 later"));
        await using var data = new ScriptedServer(("end", "451 4.3.2 later"));
        await using var banner = new ScriptedServer(("banner", "421 away"));
        int closed;
        await using (var gone = new ScriptedServer()) closed = gone.Port;
        var rules = Rules.Replace("CLOSED", Text(closed)).Replace("SLOW", Text(slow.Port)).Replace("MAILFOUR", Text(mail.Port)).Replace("DATAFOUR", Text(data.Port)).Replace("BANNER", Text(banner.Port));
        var (theirs, theirLog) = Exim(rules, recipient);
        await using var bench = new QueueBench(rules.Replace("AS", ""));
        bench.Queue.Start(everything: true);
        await bench.SendAsync("s@test.org", recipient);
        await bench.IdleAsync();
        Assert.NotEmpty(theirs);
        Assert.Equal(theirs, bench.Hints().Select(h => Normal($"{h.Key} {h.Record.Failure.Errno} {Text((int)Math.Round((h.Record.NextTry - h.Record.LastTried).TotalMinutes))}")));
        // Exim logs an address as its routers saw it.
        if (!recipient.Any(char.IsAsciiLetterUpper)) Assert.Equal(string.Join("\n", theirLog), string.Join("\n", bench.Log.Select(LogLine)));
    }

    (List<string> Hints, List<string> Log) Exim(string rules, string recipient)
    {
        var folder = _folder + "/theirs";
        foreach (var made in new[] { "/mail", "/spool/log", "/spool/db" }) Directory.CreateDirectory(folder + made);
        foreach (var open in new[] { _folder, folder, folder + "/mail", folder + "/spool/db" }) File.SetUnixFileMode(open, (UnixFileMode)0b111_111_111);
        File.WriteAllText(folder + "/exim.conf", $"""
            exim_path = {Oracle.Program}
            exim_user = root
            exim_group = root
            spool_directory = DIR/spool
            log_file_path = DIR/spool/log/%slog
            keep_environment =
            acl_not_smtp = accept
            primary_hostname = mx.test.org
            qualify_domain = test.org

            """.Replace("DIR", folder) + rules.Replace("AS", "user = nobody").Replace("DIR", folder));
        Oracle.Run(["-C", folder + "/exim.conf", "-odf", "-f", "s@test.org", recipient], ["Subject: s", "", "body"]);
        using var dump = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(Oracle.Tool("exim_dumpdb"), [folder + "/spool", "retry"]) { RedirectStandardOutput = true })!;
        var lines = dump.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        dump.WaitForExit();
        var hints = lines.Chunk(2).Where(two => two.Length == 2).Select(two => Hint(two[0], two[1])).Order(StringComparer.Ordinal).ToList();
        return (hints, [.. File.ReadAllLines(folder + "/spool/log/mainlog").Select(l => l.Length > 44 ? l[20..] : l).Select(l => l[(l.IndexOf(' ') + 1)..]).Where(l => !l.StartsWith("<=", StringComparison.Ordinal) && !l.Contains("database lock file", StringComparison.Ordinal)).Select(LogLine)]);
    }

    /// <summary>"  KEY errno more text" and "first  last  next".</summary>
    static string Hint(string key, string times)
    {
        var words = key.Trim().Split(' ');
        var dates = times.Split("  ", StringSplitOptions.RemoveEmptyEntries).Select(d => DateTime.ParseExact(d.Trim(' ', '*'), "dd-MMM-yyyy HH:mm:ss", CultureInfo.InvariantCulture)).ToList();
        return Normal($"{words[0]} {words[1]} {Text((int)Math.Round((dates[2] - dates[1]).TotalMinutes))}");
    }

    static string Normal(string text) => Ids().Replace(text, "ID");

    /// <summary>The name of a lock file is the process's own.</summary>
    static string LogLine(string line) => Sizes().Replace(Folders().Replace(LockFiles().Replace(line, ""), "/DIR"), "SIZE=N");

    [GeneratedRegex(@"\b\w{6}-\w{6,11}-\w{2,4}\b")]
    private static partial Regex Ids();

    [GeneratedRegex(@"(?<=hitching post ).*")]
    private static partial Regex LockFiles();

    [GeneratedRegex(@"SIZE=\d+")]
    private static partial Regex Sizes();

    [GeneratedRegex(@"/tmp/scriptmta-[^ /]*(/theirs)?")]
    private static partial Regex Folders();

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
