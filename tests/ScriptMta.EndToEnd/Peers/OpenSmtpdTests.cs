namespace ScriptMta.EndToEnd;

/// <summary>OpenSMTPD receives what we send.</summary>
public sealed class OpenSmtpdTests
{
    [Fact]
    public void A_message_to_several_recipients_comes_once_whole_and_its_reply_is_in_the_log()
    {
        using var peer = new OpenSmtpdPeer();
        using var site = new TestSite(peer.Port);
        using (site.StartDaemon())
        {
            var body = string.Concat(Enumerable.Range(0, 500).Select(i => $".{i} a line that begins with a dot\n"));
            Assert.Equal(0, site.Command(["sendmail", "-C", site.ConfigFile, "-i", "-f", "alice@example.com", "x@far.example", "y@far.example"], $"Subject: for two\n\n{body}").Status);
            Wait.Until(() => peer.Messages.Count == 2, () => $"two copies\n{site.MainLog}");
            Assert.All(peer.Messages, m => Assert.Contains("\n\n" + body, m, StringComparison.Ordinal));
            Wait.Until(() => site.MainLog.Contains("Completed", StringComparison.Ordinal), () => site.MainLog);
        }
        Assert.Matches(@"=> x@far\.example R=relay T=out H=127\.0\.0\.1 \[127\.0\.0\.1\].* C=""250 2\.0\.0 ", site.MainLog);
        Assert.Matches(@"-> y@far\.example R=relay T=out H=127\.0\.0\.1 \[127\.0\.0\.1\].* C=""250 2\.0\.0 ", site.MainLog);
    }

    [Fact]
    public void A_server_whose_STARTTLS_does_not_work_gets_the_mail_in_the_clear_unless_TLS_is_required()
    {
        using var peer = new OpenSmtpdPeer(offersTls: true);
        using (var site = new TestSite(peer.Port))
        using (site.StartDaemon())
        {
            Assert.Equal(0, site.Command(["sendmail", "-C", site.ConfigFile, "-f", "alice@example.com", "x@far.example"], "Subject: opportunistic\n\nbody\n").Status);
            Wait.Until(() => site.MainLog.Contains("Completed", StringComparison.Ordinal), () => site.MainLog);
            Assert.Contains("Subject: opportunistic", Assert.Single(peer.Messages), StringComparison.Ordinal);
            Assert.Matches(@"TLS session:? .*H=127\.0\.0\.1|H=127\.0\.0\.1 .*TLS", site.MainLog);
        }
        using (var site = new TestSite(peer.Port, transports: "  hosts_require_tls = *"))
        using (site.StartDaemon())
        {
            Assert.Equal(0, site.Command(["sendmail", "-C", site.ConfigFile, "-f", "alice@example.com", "x@far.example"], "Subject: required\n\nbody\n").Status);
            Wait.Until(() => site.MainLog.Contains(" == x@far.example", StringComparison.Ordinal), () => site.MainLog);
            Assert.Single(peer.Messages);
        }
    }
}
