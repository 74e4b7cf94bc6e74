namespace ScriptMta.EndToEnd;

/// <summary>Programs that people and systems really use, from Debian's packages, deliver through the built binary.</summary>
public sealed class ClientTests : IDisposable
{
    readonly TestSite _site = new();

    [Fact]
    public void Swaks_delivers_over_smtp()
    {
        using var daemon = _site.StartDaemon();
        var result = Binary.Run(["--server", $"127.0.0.1:{daemon.Port}", "--from", "carol@customer.example", "--to", "alice@example.com",
            "--header", "Subject: from swaks", "--body", "line one\n.line two"], program: "/usr/bin/swaks");
        Assert.True(result.Status == 0, result.ToString());
        Assert.Contains("\n.line two", _site.WaitForMail("alice", "Subject: from swaks"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--proxy-version", "1", "--proxy-family", "TCP4")]
    [InlineData("--proxy-version", "2", "--proxy-family", "AF_INET", "--proxy-protocol", "STREAM", "--proxy-command", "PROXY")]
    public void Swaks_delivers_as_a_proxy(params string[] version)
    {
        using var site = new TestSite(main: "hosts_proxy = 127.0.0.1");
        using var daemon = site.StartDaemon();
        var result = Binary.Run(["--server", $"127.0.0.1:{daemon.Port}", "--from", "carol@customer.example", "--to", "alice@example.com", .. version,
            "--proxy-source", "192.0.2.9", "--proxy-source-port", "4000", "--proxy-dest", "198.51.100.1", "--proxy-dest-port", "25", "--header", "Subject: through a proxy"], program: "/usr/bin/swaks");
        Assert.True(result.Status == 0, result.ToString());
        Assert.Contains("[192.0.2.9]", site.WaitForMail("alice", "Subject: through a proxy"), StringComparison.Ordinal);
    }

    [Fact]
    public void Swaks_speaks_for_another_with_XCLIENT()
    {
        using var site = new TestSite(main: "hosts_xclient = 127.0.0.1");
        using var daemon = site.StartDaemon();
        var result = Binary.Run(["--server", $"127.0.0.1:{daemon.Port}", "--from", "carol@customer.example", "--to", "alice@example.com", "--xclient-addr", "192.0.2.9", "--xclient-name", "client.example",
            "--header", "Subject: by XCLIENT"], program: "/usr/bin/swaks");
        Assert.True(result.Status == 0, result.ToString());
        Assert.Contains("client.example", site.WaitForMail("alice", "Subject: by XCLIENT"), StringComparison.Ordinal);
    }

    [Fact]
    public void S_nail_sends_through_the_sendmail_command()
    {
        using var daemon = _site.StartDaemon();
        var result = Binary.Run(["-n", "-S", $"mta={Sendmail()}", "-S", "mta-no-default-arguments=no", "-s", "from s-nail", "alice@example.com"],
            "Hello Alice\n", program: "/usr/bin/s-nail", environment: new Dictionary<string, string> { ["HOME"] = _site.Folder.Path });
        Assert.True(result.Status == 0, result.ToString());
        Assert.Contains("Hello Alice", _site.WaitForMail("alice", "Subject: from s-nail"), StringComparison.Ordinal);
    }

    [Fact]
    public void Git_send_email_sends_a_patch()
    {
        using var daemon = _site.StartDaemon();
        var patch = _site.Folder.Write("0001.patch", """
            From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
            From: James <james@example.com>
            Date: Thu, 27 Mar 2025 10:02:09 +0000
            Subject: [PATCH] a small change

            It says why.
            ---
             a | 1 +
            """ + "\n");
        var result = Binary.Run(["send-email", $"--sendmail-cmd={Sendmail()}", "--from=james@example.com", "--to=alice@example.com", "--confirm=never", "--quiet", "--suppress-cc=all", patch],
            program: "/usr/bin/git", folder: _site.Folder.Path,
            environment: new Dictionary<string, string> { ["HOME"] = _site.Folder.Path, ["GIT_CONFIG_NOSYSTEM"] = "1", ["GIT_COMMITTER_NAME"] = "James", ["GIT_COMMITTER_EMAIL"] = "james@example.com", ["GIT_AUTHOR_NAME"] = "James", ["GIT_AUTHOR_EMAIL"] = "james@example.com" });
        Assert.True(result.Status == 0, result.ToString());
        _site.WaitForMail("alice", "Subject: [PATCH] a small change");
    }

    [Fact]
    public void Cron_style_submission_without_a_daemon_delivers_before_it_returns()
    {
        var result = Binary.Run(["-C", _site.ConfigFile, "-i", "-FCronDaemon", "-oem", "alice"], "To: alice\nSubject: cron\n\n.\nthe end\n", program: Sendmail(withConfig: false));
        Assert.True(result.Status == 0, result.ToString());
        var message = _site.WaitForMail("alice", "Subject: cron");
        Assert.Contains("\n.\nthe end\n", message, StringComparison.Ordinal);
        Assert.Contains("CronDaemon", message, StringComparison.Ordinal);
    }

    /// <summary>A script called sendmail, as programs expect it: the binary under that name, with the test's configuration.</summary>
    string Sendmail(bool withConfig = true)
    {
        var link = _site.Folder["sendmail"];
        if (!File.Exists(link)) File.CreateSymbolicLink(link, Binary.FilePath);
        if (!withConfig) return link;
        var script = _site.Folder.Write("sendmail.sh", $"#!/bin/sh\nexec {link} -C {_site.ConfigFile} \"$@\"\n");
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        return script;
    }

    public void Dispose() => _site.Dispose();
}
