using ScriptMta.Tests.Reception;

namespace ScriptMta.Tests.Acl.Callouts;

/// <summary>verify = recipient/quota (Exim 44.45, 44.49) in the words of Exim 4.96; the harness of the dialogues cannot ask it, since its dry run looks at mailboxes in a process of its own.</summary>
public sealed class QuotaVerificationTests
{
    static string Configuration(string option) => $$"""
        acl_smtp_rcpt = rcpt
        begin acl
        rcpt:
          deny !verify = recipient/{{option}}
            logwrite = $acl_verify_message, $recipient_verify_failure
          accept
        begin routers
        all:
          driver = accept
          local_parts = full : counted : fresh : sized : free
          transport = $local_part_data
        begin transports
        full:
          driver = appendfile
          file = DIR/box
          quota = 20
          quota_is_inclusive = false
        sized:
          driver = appendfile
          file = DIR/box
          quota = 1000
        free:
          driver = appendfile
          file = DIR/box
        fresh:
          driver = appendfile
          directory = DIR/Maildir
          maildir_format
          maildir_use_size_file
          quota = 20
        counted:
          driver = appendfile
          file = DIR/box
          quota = 20/no_check
        """;

    static async Task<(ReceptionFixture Fixture, TestClient Client)> OpenAsync(string option = "quota", string mail = "MAIL FROM:<a@b.example>")
    {
        var fixture = await ReceptionFixture.OfAsync(Configuration(option));
        File.WriteAllText(fixture.Directory + "/box", "more than twenty bytes of mail");
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO x");
        await client.SayAsync(mail);
        return (fixture, client);
    }

    [Theory]
    [InlineData("full", "550")]
    [InlineData("sized", "250")]
    [InlineData("free", "250")]
    [InlineData("fresh", "250")]
    [InlineData("counted", "250")]
    public async Task Who_has_no_room_is_refused_at_RCPT(string localPart, string code)
    {
        var (fixture, client) = await OpenAsync();
        await using (fixture)
        await using (client)
        {
            Assert.StartsWith(code, await client.SayAsync($"RCPT TO:<{localPart}@c.example>"), StringComparison.Ordinal);
            if (code == "550") Assert.Contains("Over quota, quota\n", fixture.Log(), StringComparison.Ordinal);
            if (code == "550") Assert.Contains($"rejected RCPT <{localPart}@c.example>: Over quota\n", fixture.Log(), StringComparison.Ordinal);
            Assert.False(Directory.Exists(fixture.Directory + "/Maildir"));
        }
    }

    [Fact]
    public async Task The_size_that_MAIL_told_counts()
    {
        var (fixture, client) = await OpenAsync(mail: "MAIL FROM:<a@b.example> SIZE=2000");
        await using (fixture)
        await using (client)
        {
            Assert.StartsWith("550", await client.SayAsync("RCPT TO:<sized@c.example>"), StringComparison.Ordinal);
            Assert.StartsWith("250", await client.SayAsync("RCPT TO:<free@c.example>"), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("quota", true)]
    [InlineData("quota=cacheneg=1h,cachepos=1h", true)]
    [InlineData("quota=no_cache", false)]
    [InlineData("quota=cacheneg=0s", false)]
    public async Task The_answer_is_kept_as_long_as_the_option_says(string option, bool isKept)
    {
        var (fixture, client) = await OpenAsync(option);
        await using (fixture)
        await using (client)
        {
            await client.SayAsync("RCPT TO:<full@c.example>");
            File.WriteAllText(fixture.Directory + "/box", "");
            Assert.StartsWith(isKept ? "550" : "250", await client.SayAsync("RCPT TO:<full@c.example>"), StringComparison.Ordinal);
            Assert.Equal(isKept, fixture.Log().Contains("rejected RCPT <full@c.example>: Previous (cached) quota verification failure", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("recipient/quota=often", "\"often\" is no option of quota")]
    [InlineData("recipient/quota=cachepos=much", "\"cachepos=much\" is no option of quota")]
    [InlineData("sender/quota", "only a recipient has a quota")]
    public async Task A_wrong_option_is_an_error_when_the_rules_are_loaded(string condition, string text)
    {
        await using var fixture = ReceptionFixture.Read($"acl_smtp_rcpt = rcpt\nbegin acl\nrcpt:\n  accept verify = {condition}\n");
        Assert.Contains(fixture.Problems.All, p => p.Message.Contains(text, StringComparison.Ordinal));
    }
}
