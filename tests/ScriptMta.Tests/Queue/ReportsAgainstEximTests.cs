using System.Globalization;
using System.Text.RegularExpressions;
using ScriptMta.Tests.Smtp;

namespace ScriptMta.Tests.Queue;

/// <summary>Bounces, warnings and notices of frozen messages as Debian's Exim writes them with the same rules: headers, texts and structure. Ids, dates, boundaries, and what ours says more (status codes of servers, dates of attempts) aside.</summary>
public sealed partial class ReportsAgainstEximTests : IDisposable
{
    const string Rules = """
        begin routers
        fail:
          driver = redirect
          local_parts = failme
          data = :fail: this address failed by rule
          allow_fail
        later:
          driver = redirect
          local_parts = later
          data = :defer: not now
          allow_defer
        list:
          driver = redirect
          local_parts = list
          data = failme@test.org, box@test.org
        hidden:
          driver = redirect
          local_parts = hidden
          data = failme@test.org
          hide_child_in_errmsg
        owned:
          driver = redirect
          local_parts = owned
          data = failme@test.org
          errors_to = owner@test.org
        pipes:
          driver = redirect
          local_parts = piper
          data = "|/bin/sh -c 'echo out text; exit 3'"
          pipe_transport = pipe
        remote:
          driver = manualroute
          domains = remote.test
          route_list = * 127.0.0.1
          self = send
          transport = smtp
        dead:
          driver = manualroute
          domains = dead.test
          route_list = * 127.0.0.1::CLOSED
          self = send
          transport = smtp
        local:
          driver = accept
          transport = box
        begin transports
        box:
          driver = appendfile
          file = DIR/mail/box
          message_prefix =
          message_suffix =
          AS
        pipe:
          driver = pipe
          return_output
          AS
        smtp:
          driver = smtp
          port = PORT
          allow_localhost
          AS
        """;

    readonly string _folder = Directory.CreateTempSubdirectory("scriptmta-reports-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    public static TheoryData<string, string, string, string> Cases => new()
    {
        { "a rule fails it", "s@test.org", "failme@test.org", "" },
        { "of an alias", "s@test.org", "list@test.org", "" },
        { "undisclosed", "s@test.org", "hidden@test.org", "" },
        { "to somebody else", "s@test.org", "owned@test.org", "errors_reply_to = help@test.org\nbounce_message_text = Ask $us\n" },
        { "a command", "s@test.org", "piper@test.org", "" },
        { "a server refuses the recipient", "s@test.org", "bad@remote.test", "" },
        { "a server refuses the message", "s@test.org", "data@remote.test", "" },
        { "temporary without retry rules", "s@test.org", "later@test.org", "" },
        { "temporary at a server", "s@test.org", "slow@remote.test", "" },
        { "a closed port", "s@test.org", "x@dead.test", "" },
        { "headers only", "s@test.org", "failme@test.org", "no_bounce_return_body\n" },
        { "over the size", "s@test.org", "failme@test.org", "bounce_return_size_limit = 1\n" },
        { "over the line length", "s@test.org", "failme@test.org", "bounce_return_linesize_limit = 20\nbounce_return_size_limit = 1M\n" },
        { "a text of one's own", "s@test.org", "piper@test.org", "bounce_message_file = DIR/bounce.txt\n" },
        { "a copy for somebody", "s@test.org", "failme@test.org", "errors_copy = *@test.org copy-$local_part@$domain : *@test.org never@test.org\n" },
        { "a frozen bounce", "", "failme@test.org", "freeze_tell = one@test.org, two@test.org\n" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_report_reads_as_Exims(string what, string sender, string recipient, string main)
    {
        Assert.NotEmpty(what);
        await using var server = new ScriptedServer(("rcpt bad@remote.test", "550 5.1.1 no such user here"), ("rcpt slow@remote.test", "451 4.2.1 try later please"), ("end", "554 5.6.0 never"));
        int closed;
        await using (var gone = new ScriptedServer()) closed = gone.Port;
        var rules = Rules.Replace("PORT", Text(server.Port)).Replace("CLOSED", Text(closed));
        var theirs = Exim(main, rules, sender, recipient);
        var ours = await OursAsync(main, rules, sender, recipient);
        Assert.NotEqual("", theirs);
        Assert.Equal(theirs, ours);
    }

    [Fact]
    public async Task A_warning_reads_as_Exims()
    {
        const string main = "delay_warning = 1s\n", retry = "begin retry\n* * F,4d,1h\n";
        var theirs = Exim(main, Rules + "\n" + retry, "s@test.org", "later@test.org", TimeSpan.FromSeconds(2));
        await using var bench = Bench(main, Rules + "\n" + retry);
        bench.Queue.Start(everything: true);
        await Send(bench, "s@test.org", "later@test.org");
        await bench.IdleAsync();
        await bench.PassAsync(TimeSpan.FromMinutes(61));
        Assert.NotEqual("", theirs);
        Assert.Equal(Regex.Replace(theirs, @"\d+ minutes", "N minutes"), Regex.Replace(Normal(bench.Mailbox("box")), @"\d+ minutes", "N minutes"));
    }

    const string Headers = "Subject: test message\nFrom: s@test.org\nTo: someone@x.test\nMessage-ID: <orig@x.test>\nReferences: <a@b>\nDate: Wed, 25 Nov 2026 20:37:05 +0000\n";
    static readonly string Body = string.Concat(Enumerable.Repeat("body line of twenty-six.\n", 400));
    const string Template = "Subject: Mine for $bounce_recipient\nX-Limit: $bounce_return_size_limit\n****\nSecond <$sender_address>\nline two\n****\nThird item\n****\nfourth\n";

    string Exim(string main, string rules, string sender, string recipient, TimeSpan wait = default)
    {
        var folder = _folder + "/theirs";
        Directory.CreateDirectory(folder + "/mail");
        Directory.CreateDirectory(folder + "/spool/log");
        foreach (var open in new[] { _folder, folder, folder + "/mail" }) File.SetUnixFileMode(open, (UnixFileMode)0b111_111_111);
        File.WriteAllText(folder + "/bounce.txt", Template);
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
            timezone = UTC
            {main}
            begin acl

            """.Replace("DIR", folder) + rules.Replace("AS", "user = nobody").Replace("DIR", folder));
        string[] program = ["-C", folder + "/exim.conf"];
        Oracle.Run([.. program, "-odf", "-f", sender.Length == 0 ? "<>" : sender, recipient], (Headers + "\n" + Body).TrimEnd('\n').Split('\n'));
        if (wait > TimeSpan.Zero)
        {
            Thread.Sleep(wait);
            Oracle.Run([.. program, "-q"]);
        }
        return File.Exists(folder + "/mail/box") ? Normal(File.ReadAllText(folder + "/mail/box")) : "";
    }

    QueueBench Bench(string main, string rules)
    {
        File.WriteAllText(_folder + "/bounce.txt", Template);
        return new(main.Replace("DIR", _folder) + rules.Replace("AS", ""));
    }

    async Task<string> OursAsync(string main, string rules, string sender, string recipient)
    {
        await using var bench = Bench(main, rules);
        bench.Queue.Start(everything: true);
        await Send(bench, sender, recipient);
        await bench.IdleAsync();
        return Normal(bench.Mailbox("box"));
    }

    static Task<ScriptMta.Mail.MessageId> Send(QueueBench bench, string sender, string recipient)
    {
        var facts = System.Collections.Immutable.ImmutableDictionary<string, string>.Empty.Add("max_received_linelength", "24");
        return bench.CommitAsync(sender, "Received: from somewhere\n" + Headers, Body.Replace("\n", "\r\n"), default, facts, new ScriptMta.Mail.Recipient(ScriptMta.Mail.MailAddress.Split(recipient)));
    }

    /// <summary>Each message from the mail system itself, without what differs each time.</summary>
    static string Normal(string mailbox)
    {
        var reports = Received().Split("\n" + mailbox).Where(m => m.Contains("\nFrom: Mail Delivery System", StringComparison.Ordinal)).ToList();
        return string.Join("\n=====\n", reports.Select(One).Distinct());
    }

    static string One(string message)
    {
        var boundary = Regex.Match(message, "boundary=\"?([^\"\n]+)").Groups[1].Value;
        var text = message.Replace(boundary.Length > 0 ? boundary : "BOUNDARY", "BOUNDARY", StringComparison.Ordinal).Replace("\n\tboundary", " boundary", StringComparison.Ordinal).Replace("\"BOUNDARY\"", "BOUNDARY", StringComparison.Ordinal);
        text = Received().Replace("\n" + text, "\n");
        text = Ids().Replace(text, "ID");
        text = Dates().Replace(text, "DATE");
        text = OursAlone().Replace(text, "");
        text = Regex.Replace(text, @"\nStatus: ([45])\.\d+\.\d+", "\nStatus: $1.x");
        text = Regex.Replace(text, @"(?<=\nDiagnostic-Code: [^\n]*): retry timeout exceeded", ""); // the server did not say that
        text = Regex.Replace(text, @"\n (<orig@x.test>)", " $1");
        return text.Trim('\n');
    }

    [GeneratedRegex(@"(?<=\n)(Received: [^\n]*(\n[ \t][^\n]*)*|From [^\n]*)\n")]
    private static partial Regex Received();

    [GeneratedRegex(@"\bE?\w{6}-\w{6,11}-\w{2,4}\b")]
    private static partial Regex Ids();

    [GeneratedRegex(@"\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}")]
    private static partial Regex Dates();

    [GeneratedRegex(@"(?<=\n)(Last-Attempt-Date|Will-Retry-Until): [^\n]*\n")]
    private static partial Regex OursAlone();

    static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
