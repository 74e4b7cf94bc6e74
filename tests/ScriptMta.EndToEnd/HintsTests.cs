namespace ScriptMta.EndToEnd;

/// <summary>What ratelimit remembers, over stops, kills, dry runs and damage.</summary>
public sealed class HintsTests : IDisposable
{
    readonly TestSite _site = new(main: "acl_smtp_mail = count", acl: """
        accept
        count:
          warn ratelimit = 100 / 10w / per_cmd / strict
          accept message = rate $sender_rate
        """);

    public void Dispose() => _site.Dispose();

    static string Rate(RunningDaemon daemon)
    {
        using var client = new SmtpConversation(daemon.Port);
        client.Reply();
        client.Ask("HELO client.example");
        var reply = client.Ask("MAIL FROM:<a@b.example>");
        client.Ask("QUIT");
        return reply;
    }

    [Fact]
    public void A_rate_goes_on_after_a_stop_and_after_a_kill()
    {
        using (var daemon = _site.StartDaemon())
        {
            Assert.Equal(["250 rate 1.0", "250 rate 2.0"], [Rate(daemon), Rate(daemon)]);
            Assert.Equal(0, daemon.Stop());
        }
        using (var daemon = _site.StartDaemon())
        {
            var before = Written();
            Assert.Equal("250 rate 3.0", Rate(daemon));
            Wait.Until(() => Written() > before, "the change to be written");
            daemon.KillHard();
        }
        using (var daemon = _site.StartDaemon()) Assert.Equal("250 rate 4.0", Rate(daemon));
        for (var run = 0; run < 2; run++)
            Assert.Contains("250 rate 5.0", Binary.Run(["-C", _site.ConfigFile, "-bh", "127.0.0.1"], "HELO client.example\r\nMAIL FROM:<a@b.example>\r\nQUIT\r\n").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_costs_the_hints_and_not_the_mail()
    {
        using (var daemon = _site.StartDaemon()) Rate(daemon);
        foreach (var file in Directory.GetFiles(_site.Folder["spool/hints"])) File.WriteAllBytes(file, new byte[5000]);
        using (var daemon = _site.StartDaemon())
        {
            Assert.Equal("250 rate 1.0", Rate(daemon));
            Assert.Contains("are damaged and forgotten", File.ReadAllText(_site.Folder["log/paniclog"]), StringComparison.Ordinal);
            using var client = new SmtpConversation(daemon.Port);
            client.Reply();
            client.Ask("HELO client.example");
            Assert.StartsWith("250", client.Deliver("a@b.example", ["alice@example.com"], "Subject: still taken\n\nbody"), StringComparison.Ordinal);
        }
        using (var daemon = _site.StartDaemon()) Assert.Equal("250 rate 3.0", Rate(daemon));
    }

    long Written() => Directory.Exists(_site.Folder["spool/hints"]) ? Directory.GetFiles(_site.Folder["spool/hints"]).Sum(f => new FileInfo(f).Length) : 0;
}
