namespace ScriptMta.Tests.Acl.Content;

/// <summary>spam = … against scripted servers. What Exim says to the same answers was seen beside ours when these were written.</summary>
public sealed class SpamConditionTests
{
    const string Yes = "SPAMD/1.1 0 EX_OK\r\nSpam: True ; 15.34 / 5.0\r\n\r\nReport line 1\r\nReport line 2\r\n\r\n";

    [Theory]
    [InlineData(Yes, "Deny", "15.3 153 +++++++++++++++ reject <Report line 1\n Report line 2>")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: False ; -2.56 / 5.0\r\n\r\n", "Accept", "-2.6 -25 -- no action <>")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: 10\r\n\r\n8.1/5.0\r\nfoo\r\n", "Deny", "8.1 81 ++++++++ reject <foo>")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nContent-length: 99\r\nSpam: False ; 0.04 / 5.0\r\n\r\n", "Accept", "0.0 0 / no action <>")]
    public async Task Spamd_scores(string answer, string verdict, string variables)
    {
        await using var server = new ScriptedScanner(null, null, answer);
        using var world = new ContentWorld($"spamd_address = 127.0.0.1 {server.Port}");
        Assert.Equal(verdict, await world.RunAsync("deny spam = joe"));
        Assert.Equal(variables, $"{world.Variable("spam_score")} {world.Variable("spam_score_int")} {world.Variable("spam_bar")} {world.Variable("spam_action")} <{world.Variable("spam_report")}>");
        Assert.Equal($"[127.0.0.1]:{server.Port}", world.Variable("callout_address"));
        var copy = File.ReadAllText(world.Copy);
        Assert.Equal($"REPORT SPAMC/1.2\r\nUser: joe\r\nContent-length: {copy.Length}\r\n\r\n{copy}", Assert.Single(server.Requests));
        Assert.StartsWith("From MAILER-DAEMON ", copy, StringComparison.Ordinal);
        Assert.EndsWith("\nX-Envelope-From: <a@b.example>\nX-Envelope-To: c@d.example, e@d.example\nSubject: test\n\nhello\n", copy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rspamd_scores_and_recommends()
    {
        await using var server = new ScriptedScanner(null, null, "RSPAMD/1.3 0 EX_OK\r\nMetric: default; False; 7.35 / 15.00 / 0.0\r\nSymbol: A(1.0)\r\nAction: add header\r\n\r\n");
        using var world = new ContentWorld($"spamd_address = 127.0.0.1 {server.Port} variant=rspamd");
        Assert.Equal("Accept", await world.RunAsync("deny spam = nobody"));
        Assert.Equal("7.3 73 +++++++ add header <Symbol: A(1.0)\n Action: add header>", $"{world.Variable("spam_score")} {world.Variable("spam_score_int")} {world.Variable("spam_bar")} {world.Variable("spam_action")} <{world.Variable("spam_report")}>");
        Assert.StartsWith($"CHECK RSPAMC/1.3\r\nContent-length: {File.ReadAllText(world.Copy).Length}\r\nQueue-Id: {world.Context.Message.Id}\r\nFrom: <a@b.example>\r\nRecipient-Number: 2\r\n"
            + "Rcpt: <c@d.example>\r\nRcpt: <e@d.example>\r\nHelo: client.example\r\nIP: 192.0.2.1\r\n\r\nFrom MAILER-DAEMON", Assert.Single(server.Requests), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_answer_is_kept_for_the_message_and_the_user()
    {
        await using var server = new ScriptedScanner(null, null, Yes, "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 1 / 5.0\r\n\r\n");
        using var world = new ContentWorld($"spamd_address = 127.0.0.1 {server.Port}");
        Assert.Equal("Deny", await world.RunAsync("warn spam = joe|deny spam = joe"));
        Assert.Single(server.Requests);
        Assert.Equal("Accept", await world.RunAsync("deny spam = jane"));
        Assert.Equal("Deny", await world.RunAsync("deny spam = jane:true"));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task An_expanded_setting_is_asked_each_time()
    {
        await using var server = new ScriptedScanner(null, null, Yes, Yes);
        using var world = new ContentWorld($"spamd_address = ${{if eq{{a}}{{a}}{{127.0.0.1 {server.Port}}}}}");
        Assert.Equal("Deny", await world.RunAsync("warn spam = joe|deny spam = joe"));
        Assert.Equal(2, server.Requests.Count);
    }

    [Theory]
    [InlineData("SPAMD/1.1 76 EX_PROTOCOL\r\n\r\n", "cannot parse spamd [127.0.0.1]:PORT output")]
    [InlineData("garbage", "cannot parse spamd [127.0.0.1]:PORT output")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: True ; 1e99 / 5.0\r\n\r\n", "cannot parse spamd [127.0.0.1]:PORT output")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: True ; NaN / 5.0\r\n\r\n", "cannot parse spamd [127.0.0.1]:PORT output")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\nSpam: True ; 15.3 / 5.0\r\n", "cannot parse spamd [127.0.0.1]:PORT output")]
    [InlineData("SPAMD/1.1 0 EX_OK\r\n\r\n", "cannot parse spamd [127.0.0.1]:PORT output")]
    [InlineData("", "cannot parse spamd [127.0.0.1]:PORT output")]
    [InlineData(ScriptedScanner.Silence, "error reading from spamd [127.0.0.1]:PORT, socket: Connection timed out")]
    public async Task A_server_that_talks_nonsense_breaks_off_or_says_nothing_defers(string answer, string log)
    {
        await using var server = new ScriptedScanner(null, null, answer, answer);
        using var world = new ContentWorld($"spamd_address = 127.0.0.1 {server.Port} tmo=1s");
        Assert.Equal("Defer", await world.RunAsync("deny spam = joe"));
        Assert.Equal("spam acl condition: " + log.Replace("PORT", server.Port.ToString()), world.Log[0]);
        Assert.Equal("Accept", await world.RunAsync("deny spam = joe/defer_ok"));
    }

    [Fact]
    public async Task A_long_report_is_cut()
    {
        await using var server = new ScriptedScanner(null, null, "SPAMD/1.1 0 EX_OK\r\nSpam: True ; 15.3 / 5.0\r\n\r\n" + new string('x', 1 << 20));
        using var world = new ContentWorld($"spamd_address = 127.0.0.1 {server.Port}");
        Assert.Equal("Deny", await world.RunAsync("deny spam = joe"));
        Assert.InRange(world.Variable("spam_report").Length, 60_000, 65_536);
    }

    [Fact]
    public async Task The_highest_priority_is_asked_first_and_the_next_when_it_is_not_there()
    {
        await using var server = new ScriptedScanner(null, null, Yes);
        using var world = new ContentWorld($"spamd_address = 127.0.0.1 {server.Port} pri=2 : 127.0.0.1 1 pri=3 weight=5 : 127.0.0.1 1 pri=1 : 127.0.0.1 2-3 pri=9 time=0.0.1-0.0.1");
        Assert.Equal("Deny", await world.RunAsync("deny spam = joe"));
        Assert.Equal(["spam acl condition: spamd: failed to connect to any address for 127.0.0.1: Connection refused"], world.Log);
    }

    [Fact]
    public async Task A_Unix_socket_will_do()
    {
        using var folder = new SocketFolder();
        await using var server = new ScriptedScanner(folder.Of("spamd"), null, Yes);
        using var world = new ContentWorld($"spamd_address = {folder.Of("spamd")}");
        Assert.Equal("Deny", await world.RunAsync("deny spam = joe"));
        Assert.Equal(folder.Of("spamd"), world.Variable("callout_address"));
    }

    [Fact]
    public void What_is_wrong_is_said_at_load()
    {
        using var world = new ContentWorld("spamd_address = 127.0.0.1 783 foo=1 pri=x time=y : bad : 127.0.0.1 99999");
        Assert.Equal(["invalid spamd parameter: 'foo=1'", "invalid spamd parameter: 'pri=x'", "invalid spamd time value: 'y'", "invalid spamd address: 'bad'", "invalid spamd address: '127.0.0.1 99999'"],
            world.Problems.Select(p => p.Replace("main section: spamd_address: warning - ", "")));
    }

    [Fact]
    public async Task A_user_with_a_line_end_asks_nobody()
    {
        using var world = new ContentWorld("spamd_address = 127.0.0.1 1");
        Assert.Equal("Defer", await world.RunAsync("deny spam = a\\nUser${length_1:b}"));
    }
}
