namespace ScriptMta.EndToEnd;

/// <summary>Content scanning with Debian's spamd and clamd: what they find is refused, the rest is delivered with what they said of it.</summary>
public sealed class ScannerTests
{
    [Fact]
    public void Spam_is_refused_and_other_mail_gets_its_score()
    {
        using var folder = new TemporaryFolder();
        using var spamd = ScannerProcess.Spamd(folder, folder["spamd"]);
        using var site = new TestSite(main: $"acl_smtp_data = check_data\nspamd_address = {folder["spamd"]}", acl: """
            accept
            check_data:
              deny spam = nobody
                message = This message scored $spam_score points
                log_message = $spam_report
              accept add_header = X-Spam-Score: $spam_score ($spam_bar)
            """);
        using var daemon = site.StartDaemon();
        using var client = new SmtpConversation(daemon.Port);
        Greet(client);
        Assert.Equal("550 5.7.1 This message scored 12.3 points", client.Deliver("a@far.example", ["alice@example.com"], "Subject: buy\n\nXSPAMTESTX\n"));
        Assert.StartsWith("250 ", client.Deliver("a@far.example", ["alice@example.com"], "Subject: hello\n\njust a line\n"), StringComparison.Ordinal);
        Assert.Contains("X-Spam-Score: 0.0 (/)", site.WaitForMail("alice", "just a line"), StringComparison.Ordinal);
        Assert.Matches(@"rejected after DATA: .*", site.MainLog);
        Assert.DoesNotContain("spam acl condition", site.MainLog, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(site.Folder["spool/scan"]));
    }

    [Theory]
    [InlineData("clamd:{0}")]
    [InlineData("clamd:127.0.0.1 {1}")]
    [InlineData("clamd:127.0.0.1 {1}:local")]
    public void Malware_is_refused_wherever_it_stands(string setting)
    {
        using var folder = new TemporaryFolder();
        var port = ScannerProcess.FreePort();
        using var clamd = ScannerProcess.Clamd(folder, folder["clamd"], port);
        var scanner = string.Format(System.Globalization.CultureInfo.InvariantCulture, setting, folder["clamd"], port);
        using var site = new TestSite(main: $"acl_smtp_data = check_data\nav_scanner = {scanner}", acl: "accept\ncheck_data:\n  deny malware = *\n    message = This message contains malware ($malware_name)\n  accept\n");
        using var daemon = site.StartDaemon();
        using var client = new SmtpConversation(daemon.Port);
        Greet(client);
        foreach (var body in (string[])["\n\nXMALWARETESTX\n", "\nContent-Type: application/x; name=a.bin\nContent-Transfer-Encoding: base64\n\n" + Convert.ToBase64String("some XMALWARETESTX bytes"u8) + "\n"])
            Assert.StartsWith("550 5.7.1 This message contains malware (ScriptMta.Test", client.Deliver("a@far.example", ["alice@example.com"], "Subject: x" + body), StringComparison.Ordinal);
        Assert.StartsWith("250 ", client.Deliver("a@far.example", ["alice@example.com"], "Subject: hello\n\njust a line\n"), StringComparison.Ordinal);
        site.WaitForMail("alice", "just a line");
        Assert.DoesNotContain("malware acl condition", site.MainLog, StringComparison.Ordinal);

        var found = site.Command(["-C", site.ConfigFile, "-bmalware", folder.Write("found.eml", "Subject: x\n\nXMALWARETESTX\n")]);
        Assert.Equal((1, "Malware found: ScriptMta.Test.UNOFFICIAL\n"), (found.Status, found.Output));
        var clean = site.Command(["-C", site.ConfigFile, "-bmalware", folder.Write("clean.eml", "Subject: x\n\nnothing\n")]);
        Assert.Equal((0, "No malware found.\n"), (clean.Status, clean.Output));
    }

    static void Greet(SmtpConversation client)
    {
        client.Reply();
        Assert.StartsWith("250", client.Ask("EHLO client.example"), StringComparison.Ordinal);
    }
}
