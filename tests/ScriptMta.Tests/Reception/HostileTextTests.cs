namespace ScriptMta.Tests.Reception;

/// <summary>What a stranger wrote into an envelope or a message is data: it is not expanded (CVE-2019-10149 and before), and it makes no lines in the spool or the log (CVE-2020-28021).</summary>
public sealed class HostileTextTests
{
    const string Configuration = """
        acl_smtp_helo = look
        acl_smtp_mail = look
        acl_smtp_rcpt = look
        acl_smtp_data = look
        dsn_advertise_hosts = *
        begin acl
        look:
          accept set acl_m_seen = $acl_m_seen/$sender_helo_name/$sender_address/$local_part/$h_subject:
                 condition = ${if eq{${lc:$local_part}}{${lc:$local_part}}}
                 log_message = <$acl_m_seen>
                 logwrite = seen <$acl_m_seen>
        """;

    [Theory]
    [InlineData("${run{/usr/bin/touch FILE}}")]
    [InlineData("${readfile{/etc/passwd}}")]
    [InlineData("$spool_directory")]
    [InlineData("${lookup{root}lsearch{/etc/passwd}}")]
    [InlineData("\\N$primary_hostname\\N")]
    public async Task A_text_of_a_stranger_is_not_expanded(string text)
    {
        using var folder = new Spool.TemporaryDirectory();
        var hostile = text.Replace("FILE", Path.Combine(folder.Path, "made"), StringComparison.Ordinal);
        await using var fixture = await ReceptionFixture.OfAsync(Configuration);
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        var quoted = hostile.Replace("\\", "\\\\", StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync($"MAIL FROM:<\"{quoted}\"@b.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync($"RCPT TO:<\"{quoted}\"@y.example>"), StringComparison.Ordinal);
        Assert.StartsWith("354", await client.SayAsync("DATA"), StringComparison.Ordinal);
        await client.SendAsync($"Subject: {hostile}\r\nFrom: {hostile}\r\n\r\n{hostile}\r\n.\r\n");
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder.Path, "made")));
        Assert.Contains($"/{hostile}>", fixture.Log(), StringComparison.Ordinal);
        Assert.DoesNotContain("root:x:", fixture.Log(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MAIL FROM:<\"a\u0001b\"@b.example>")]
    [InlineData("MAIL FROM:<\"a\nb\"@b.example>")]
    [InlineData("MAIL FROM:<\"a\rb\"@b.example>")]
    [InlineData("MAIL FROM:<a\0b@b.example>")]
    [InlineData("MAIL FROM:<a@b.example> ENVID=a\nb")]
    public async Task A_control_character_makes_no_envelope(string command)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Configuration);
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        Assert.StartsWith("5", await client.SayAsync(command), StringComparison.Ordinal);
        Assert.StartsWith("503", await client.SayAsync("RCPT TO:<x@y.example>"), StringComparison.Ordinal);
        AssertWholeLines(fixture.Log());
    }

    [Theory]
    [InlineData("RCPT TO:<\"x\u0001\"@y.example>")]
    [InlineData("RCPT TO:<x\n@y.example>")]
    public async Task A_control_character_makes_no_recipient(string command)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Configuration);
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        await client.SayAsync("MAIL FROM:<a@b.example>");
        Assert.StartsWith("5", await client.SayAsync(command), StringComparison.Ordinal);
        Assert.StartsWith("503", await client.SayAsync("DATA"), StringComparison.Ordinal);
        AssertWholeLines(fixture.Log());
    }

    [Fact]
    public async Task What_is_encoded_in_a_parameter_stays_so()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Configuration);
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        foreach (var command in (string[])["EHLO client.example", "MAIL FROM:<a@b.example> ENVID=a+0Ab", "RCPT TO:<x@y.example> ORCPT=rfc822;x+0Ay", "DATA"]) await client.SayAsync(command);
        await client.SendAsync("\r\n.\r\n");
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal("rfc822;x+0Ay", message.Envelope.Recipients[0].OriginalRecipient);
    }

    [Fact]
    public async Task Line_ends_in_a_subject_make_no_lines_in_the_log()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Configuration, logSelectors: "+subject");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        foreach (var command in (string[])["EHLO client.example", "MAIL FROM:<a@b.example>", "RCPT TO:<x@y.example>", "DATA"]) await client.SayAsync(command);
        await client.SendAsync("Subject: =?utf-8?q?x=0A2026-11-25_12:00:00_forged_=0D=0A?=\r\n folded\r\n\r\n.\r\n");
        Assert.StartsWith("250", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Contains("forged", fixture.Log(), StringComparison.Ordinal);
        AssertWholeLines(fixture.Log());
    }

    /// <summary>The clock of the fixture stands still: every line begins with its one date.</summary>
    static void AssertWholeLines(string log)
    {
        var lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.StartsWith(lines[0][..19], line, StringComparison.Ordinal));
        Assert.DoesNotContain('\r', log);
    }
}
