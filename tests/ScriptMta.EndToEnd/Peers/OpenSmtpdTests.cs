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
}
