using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>Extensions of SMTP as real clients use them: Python's smtplib, curl, s-nail, swaks, and Exim as a sender.</summary>
public sealed partial class ExtensionClientTests : IDisposable
{
    readonly TestSite _site = new(main: "dsn_advertise_hosts = *\nprdr_enable\ndaemon_lmtp_ports = 0\nallow_utf8_domains\nacl_smtp_data_prdr = accept local_parts = alice : bob");
    readonly RunningDaemon _daemon;

    public ExtensionClientTests() => _daemon = _site.StartDaemon();

    [Fact]
    public void Smtplib_sends_with_SMTPUTF8_and_DSN_options()
    {
        Python($"""
            import smtplib
            from email.message import EmailMessage
            m = EmailMessage()
            m['Subject'] = 'from smtplib'
            m['From'] = 'j\u00f6rg@b\u00fccher.example'
            m['To'] = 'alice@example.com'
            m.set_content('gr\u00fc\u00dfe')
            with smtplib.SMTP('127.0.0.1', {_daemon.Port}) as s:
                assert s.ehlo()[0] == 250 and s.has_extn('smtputf8') and s.has_extn('dsn')
                s.send_message(m, mail_options=['RET=HDRS', 'ENVID=QQ314'], rcpt_options=['NOTIFY=FAILURE', 'ORCPT=rfc822;alice@example.com'])
            """);
        var mail = _site.WaitForMail("alice", "Subject: from smtplib");
        Assert.Contains("Return-path: <j\u00c3\u00b6rg@b\u00c3\u00bccher.example>", mail, StringComparison.Ordinal);
        Assert.Contains("with utf8esmtp", mail, StringComparison.Ordinal);
        Assert.Contains(" P=utf8esmtp ", _site.MainLog, StringComparison.Ordinal);
    }

    [Fact]
    public void Smtplib_speaks_LMTP_and_hears_of_each_recipient()
    {
        Python($"""
            import smtplib
            with smtplib.LMTP('127.0.0.1', {LmtpPort}) as s:
                assert s.ehlo()[0] == 250
                assert s.mail('carol@customer.example')[0] == 250
                assert s.rcpt('alice@example.com')[0] == 250 and s.rcpt('bob@example.com')[0] == 250
                code, text = s.data('Subject: by LMTP\r\n\r\nhello\r\n')
                assert code == 250, text
                code, text = s.getreply()
                assert code == 250 and b'OK id=' in text, text
                assert s.noop()[0] == 250
            """);
        Assert.Contains("with lmtp", _site.WaitForMail("alice", "Subject: by LMTP"), StringComparison.Ordinal);
        _site.WaitForMail("bob", "Subject: by LMTP");
    }

    [Fact]
    public void Curl_uploads_a_message_to_several()
    {
        var file = _site.Folder.Write("mail.txt", "Subject: from curl\r\n\r\n.one\r\ntwo\r\n");
        var result = Binary.Run(["-sS", $"smtp://127.0.0.1:{_daemon.Port}/client.example", "--mail-from", "carol@customer.example", "--mail-rcpt", "alice@example.com", "--mail-rcpt", "bob@example.com", "-T", file], program: "/usr/bin/curl");
        Assert.True(result.Status == 0, result.ToString());
        Assert.Contains("\n.one\n", _site.WaitForMail("alice", "Subject: from curl").Replace("\r", "", StringComparison.Ordinal), StringComparison.Ordinal);
        _site.WaitForMail("bob", "Subject: from curl");
    }

    [Fact]
    public void S_nail_sends_over_smtp()
    {
        var result = Binary.Run(["-n", "-S", "v15-compat", "-S", $"mta=smtp://127.0.0.1:{_daemon.Port}", "-S", "smtp-auth=none", "-S", "hostname=client.example", "-S", "from=carol@customer.example", "-s", "s-nail over smtp", "alice@example.com"],
            "Hello Alice\n", program: "/usr/bin/s-nail", environment: new Dictionary<string, string> { ["HOME"] = _site.Folder.Path });
        Assert.True(result.Status == 0, result.ToString());
        _site.WaitForMail("alice", "Subject: s-nail over smtp");
    }

    [Fact]
    public void Swaks_gets_an_answer_for_each_recipient_with_PRDR()
    {
        var result = Binary.Run(["--server", $"127.0.0.1:{_daemon.Port}", "--prdr", "--from", "carol@customer.example", "--to", "alice@example.com,support@example.com", "--header", "Subject: with PRDR"], program: "/usr/bin/swaks");
        Assert.Contains("353 PRDR content analysis beginning", result.Output, StringComparison.Ordinal);
        Assert.Contains("PRDR R=<alice@example.com> acceptance", result.Output, StringComparison.Ordinal);
        Assert.Contains("PRDR R=<support@example.com> refusal", result.Output, StringComparison.Ordinal);
        _site.WaitForMail("alice", "Subject: with PRDR");
        Assert.Empty(_site.Mailbox("support"));
    }

    [Fact]
    public void Exim_sends_in_chunks()
    {
        var exim = Environment.GetEnvironmentVariable("EXIM_ORACLE") is { Length: > 0 } named ? named : "/var/cache/scriptmta-tests/exim/usr/sbin/exim4";
        var spool = Directory.CreateDirectory(_site.Folder["exim"]).FullName;
        File.SetUnixFileMode(_site.Folder.Path, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(spool, (UnixFileMode)0x1ff); // Exim gives up root before it writes
        var config = _site.Folder.Write("exim.conf", $"""
            exim_path = {exim}
            spool_directory = {spool}
            log_file_path = {spool}/%slog
            primary_hostname = sender.example
            keep_environment =
            tls_advertise_hosts =
            begin routers
            out:
              driver = manualroute
              route_list = * 127.0.0.1
              self = send
              transport = out
            begin transports
            out:
              driver = smtp
              port = {_daemon.Port}
              hosts_try_chunking = *
              hosts_try_prdr = *
              hosts_avoid_tls = *
              allow_localhost
            begin retry
            * * F,1h,1m
            """);
        var text = string.Concat(Enumerable.Repeat(".line\n", 5000));
        var result = Binary.Run(["-C", config, "-odi", "-oi", "-f", "carol@customer.example", "alice@example.com"], "Subject: from Exim\n\n.\n" + text, program: exim);
        Assert.True(result.Status == 0, result.ToString());
        var log = File.Exists(spool + "/mainlog") ? File.ReadAllText(spool + "/mainlog") : "";
        Wait.Until(() => Regex.IsMatch(_site.MainLog, @"<= carol@customer\.example .* K S="), () => $"the message in chunks; Exim's log:\n{log}\nours:\n{_site.MainLog}");
        Assert.Contains("\n.\n.line\n", _site.WaitForMail("alice", "Subject: from Exim"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_is_taken_by_rsmtp_and_by_the_option()
    {
        const string Batch = "MAIL FROM:<carol@customer.example>\nRCPT TO:<alice@example.com>\nDATA\nSubject: in a batch\n\n..dot\n.\n";
        var result = Binary.Run(["-C", _site.ConfigFile, "-bS"], Batch + "MAIL FROM:<carol@customer.example>\nFOO\n");
        Assert.Equal(1, result.Status);
        Assert.Equal("500 Command unrecognized\nTransaction started in line 7\nError detected in line 9\nFOO\n", result.Output.Replace("\r", "", StringComparison.Ordinal));
        Assert.Contains("1 previous message was successfully processed.\nThe rest of the batch was abandoned.\n", result.Error, StringComparison.Ordinal);
        Assert.Contains("\n.dot\n", _site.WaitForMail("alice", "Subject: in a batch"), StringComparison.Ordinal);
        Assert.Equal(0, Binary.Run(["rsmtp", "-C", _site.ConfigFile], Batch.Replace("in a batch", "by rsmtp", StringComparison.Ordinal)).Status);
        _site.WaitForMail("alice", "Subject: by rsmtp");
    }

    [Fact]
    public void ETRN_sets_off_what_waits_for_its_domain_and_nothing_else()
    {
        using var site = new TestSite(main: "queue_only\nacl_smtp_etrn = accept");
        using var daemon = site.StartDaemon();
        foreach (var user in (string[])["alice", "bob"])
            Assert.Equal(0, Binary.Run(["--server", $"127.0.0.1:{daemon.Port}", "--from", "carol@customer.example", "--to", user + "@example.com", "--header", "Subject: waits"], program: "/usr/bin/swaks").Status);
        Python($"""
            import smtplib
            with smtplib.SMTP('127.0.0.1', {daemon.Port}) as s:
                assert s.ehlo()[0] == 250 and s.has_extn('etrn')
                assert s.docmd('ETRN', 'bob')[0] == 501
                assert s.docmd('ETRN', '#alice')[0] == 250
            """);
        site.WaitForMail("alice", "Subject: waits");
        Wait.Until(() => site.MainLog.Contains("End queue run", StringComparison.Ordinal), () => "the queue run to end:\n" + site.MainLog);
        Assert.Contains("ETRN #alice received from", site.MainLog, StringComparison.Ordinal);
        Assert.Empty(site.Mailbox("bob"));
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _site.Dispose();
    }

    int LmtpPort => int.Parse(Listening().Matches(_daemon.Output)[1].Groups[1].ValueSpan);

    void Python(string script)
    {
        var result = Binary.Run([_site.Folder.Write("client.py", script)], program: "/usr/bin/python3", environment: new Dictionary<string, string> { ["PYTHONUTF8"] = "1" });
        Assert.True(result.Status == 0, result + "\n" + _site.MainLog);
    }

    [GeneratedRegex(@"listening on \S*?:(\d+)")]
    private static partial Regex Listening();
}
