using System.Text.RegularExpressions;

namespace ScriptMta.EndToEnd;

/// <summary>
/// Exim's own log tools read our main log. Debian's 4.96 tools know the message ids of 4.96 only (6-6-2, ours are 6-11-4 as since 4.97), so ids are shortened
/// for them; everything else is as we wrote it.
/// </summary>
public sealed partial class LogToolTests : IDisposable
{
    readonly TestSite _site = new(routers: "lists:\n  driver = redirect\n  domains = example.com\n  allow_fail\n  allow_defer\n  data = ${if eq{$local_part}{gone}{:fail: gone away}{${if eq{$local_part}{wait}{:defer: come later}}}}\n");

    [Fact]
    public void Eximstats_counts_arrivals_deliveries_failures_and_delays()
    {
        Submit("alice@example.com", "bob@example.com");
        Submit("gone@example.com");
        Submit("wait@example.com");
        var statistics = Tool("eximstats");
        Assert.Matches(@"\n  Received +\d+ +4 +\d+ +1 +25.0% +1 +25.0%\n", statistics);
        Assert.Matches(@"\n  mailbox +\d+ +3\n", statistics);
        Assert.Contains("gone@example.com R=lists: gone away", statistics, StringComparison.Ordinal);
    }

    [Fact]
    public void Exigrep_finds_all_lines_of_a_message()
    {
        Submit("alice@example.com");
        Submit("bob@example.com");
        var found = Tool("exigrep", "bob@");
        Assert.Matches(@"^\S+ \S+ (\S{16}) <= carol@example.com U=\S+ P=local S=\d+\n\S+ \S+ \1 => bob <bob@example.com> R=local T=mailbox\n\S+ \S+ \1 Completed\n\n$", found);
    }

    /// <summary>The lines that Debian's filter.d/exim.conf knows, each from a session that earns it.</summary>
    [Fact]
    public void Fail2ban_finds_who_misbehaves()
    {
        using var site = new TestSite(main: """
            log_selector = +smtp_connection +smtp_no_mail +smtp_protocol_error +smtp_syntax_error
            smtp_accept_max_nonmail = 1
            acl_smtp_mail = check_mail
            """, acl: """
            drop local_parts = drop
              deny local_parts = relay
                   message = relay not permitted
              accept
            check_mail:
              require verify = sender
              accept
            """);
        using var daemon = site.StartDaemon();
        Session(daemon, "EHLO a.example", "MAIL FROM:<nobody@nowhere.example>", "QUIT");
        Session(daemon, "EHLO a.example", "MAIL FROM:<alice@example.com>", "RCPT TO:<relay@elsewhere.example>", "QUIT");
        Session(daemon, "EHLO a.example", "MAIL FROM:<alice@example.com>", "RCPT TO:<drop@example.com>");
        Session(daemon, "EHLO a.example\r\nMAIL FROM:<alice@example.com>");
        Session(daemon, "EHLO a.example", "NOOP", "NOOP");
        Session(daemon, "EHLO a.example", "AUTH PLAIN AGEAYg==", "QUIT");
        Wait.Until(() => site.MainLog.Contains("C=EHLO,QUIT", StringComparison.Ordinal) || site.MainLog.Contains("C=EHLO,AUTH,QUIT", StringComparison.Ordinal), () => site.MainLog);
        var found = Binary.Run(["--print-all-matched", site.Folder["log/mainlog"], "/etc/fail2ban/filter.d/exim.conf"], program: "/usr/bin/fail2ban-regex").Output;
        var matched = found[found.IndexOf("Matched line(s)", StringComparison.Ordinal)..];
        foreach (var line in (string[])
        [
            "sender verify fail for <nobody@nowhere.example>: Unrouteable address", "rejected RCPT <relay@elsewhere.example>: relay not permitted", "closed by DROP in ACL",
            "SMTP protocol synchronization error (next input sent too soon: pipelining was not advertised): rejected \"EHLO a.example\"", "dropped: too many nonmail commands (last was \"NOOP\")",
            "AUTH command used when not advertised", "no MAIL in SMTP connection from (a.example) [127.0.0.1] D=",
        ])
            Assert.Contains(line, matched, StringComparison.Ordinal);
    }

    [Fact]
    public void Eximstats_and_exigrep_read_what_sessions_leave()
    {
        using var site = new TestSite(main: "log_selector = +all", acl: "deny local_parts = bad\n              message = not you\n  accept");
        using var daemon = site.StartDaemon();
        Session(daemon, "EHLO a.example", "MAIL FROM:<carol@example.com>", "RCPT TO:<bad@example.com>", "RCPT TO:<alice@example.com>", "DATA", "Subject: s \"q\"\r\n\r\nx\r\n.", "QUIT");
        Wait.Until(() => site.MainLog.Contains(" Completed", StringComparison.Ordinal), () => site.MainLog);
        var statistics = Tool(site, "eximstats");
        Assert.Matches(@"\n  Received +\d+ +1 ", statistics);
        Assert.Matches(@"(?s)Rejects.*127\.0\.0\.1|rejected.*127\.0\.0\.1", statistics);
        Assert.Matches(@"^\S+ \S+ \[\d+\] (\S{16}) <= carol@example.com H=\(a\.example\) \[127\.0\.0\.1\]:\d+ I=\[127\.0\.0\.1\]:\d+ P=esmtp .*\n.* \1 => alice", Tool(site, "exigrep", "alice@"));
    }

    static void Session(RunningDaemon daemon, params string[] commands)
    {
        using var client = new SmtpConversation(daemon.Port);
        client.Reply();
        foreach (var command in commands) client.Ask(command);
    }

    void Submit(params string[] recipients)
    {
        var result = Binary.Run(["sendmail", "-C", _site.ConfigFile, "-odi", "-f", "carol@example.com", .. recipients], "Subject: x\n\nx\n");
        Assert.True(result.Status == 0, result.ToString());
    }

    string Tool(string name, params string[] arguments) => Tool(_site, name, arguments);

    static string Tool(TestSite site, string name, params string[] arguments)
    {
        var log = site.Folder.Write("log-for-tools", OwnId().Replace(site.MainLog, "$1-$2-$3"));
        var result = Binary.Run([.. arguments, log], program: FindTool(name));
        Assert.True(result.Status == 0, result.ToString());
        return result.Output;
    }

    static string FindTool(string name)
    {
        string[] roots = [Environment.GetEnvironmentVariable("EXIM_ORACLE_ROOT") ?? "/var/cache/scriptmta-tests/exim", "", "/opt/exim-oracle"];
        return roots.Select(root => $"{root}/usr/sbin/{name}").FirstOrDefault(File.Exists)
            ?? throw new Xunit.Sdk.XunitException($"no {name} below {string.Join(", ", roots.Select(r => r + "/usr/sbin"))}: run tests/run");
    }

    public void Dispose() => _site.Dispose();

    [GeneratedRegex(@"\b(\w{6})-\d{5}(\w{6})-(\w\w)\w\w\b")]
    private static partial Regex OwnId();
}
