namespace ScriptMta.Tests.Acl.Callouts;

/// <summary>Callouts against servers that misbehave: what Exim does in these cases it says badly or not at all (Reception/Dialogues/callouts.txt has the others).</summary>
public sealed class CalloutTests
{
    const string Recipient = "accept verify = recipient/callout=1s";
    const string Sender = "accept verify = sender/callout=1s";
    const string NotNow = "451 4.7.1 Could not complete recipient verify callout";

    [Theory]
    [InlineData("banner => SILENT", "SMTP timeout after initial connection")]
    [InlineData("EHLO => SILENT", "SMTP timeout after EHLO mail.test.example")]
    [InlineData("MAIL => SILENT", "SMTP timeout after MAIL FROM:<>")]
    [InlineData("RCPT => SILENT", "SMTP timeout after RCPT TO:<u@remote.example>")]
    [InlineData("banner => CLOSE", "Remote host closed connection in response to initial connection")]
    [InlineData("EHLO => CLOSE", "Remote host closed connection in response to EHLO mail.test.example")]
    [InlineData("MAIL => CLOSE", "response to \"MAIL FROM:<>\" was: connection dropped")]
    [InlineData("RCPT => CLOSE", "response to \"RCPT TO:<u@remote.example>\" was: connection dropped")]
    [InlineData("MAIL => 450 busy", "response to \"MAIL FROM:<>\" was: 450 busy")]
    [InlineData("RCPT => hello", "Malformed SMTP reply in response to RCPT TO:<u@remote.example>: hello")]
    [InlineData("RCPT => 550-no\\n250 yes", "Malformed SMTP reply in response to RCPT TO:<u@remote.example>: 250 yes")]
    [InlineData("banner => 421 later", "SMTP error from remote mail server after initial connection: 421 later")]
    public async Task A_server_that_gives_no_answer_defers_and_the_log_says_why(string script, string why)
    {
        await using var bench = new CalloutBench(Recipient, [script]);
        Assert.Equal(NotNow, await bench.SayAsync("s@test.example", "u@remote.example"));
        Assert.Equal($"H=(client.example) [192.0.2.1] F=<s@test.example> temporarily rejected RCPT <u@remote.example>: Could not complete recipient verify callout: 127.0.0.1 [127.0.0.1] : {why}", Assert.Single(bench.Log));
    }

    [Fact]
    public async Task A_flood_of_reply_lines_is_cut_off_and_defers()
    {
        var flood = string.Join("\\n", Enumerable.Repeat("550-no", 100_000)) + "\\n550 no";
        await using var bench = new CalloutBench(Recipient, ["RCPT => " + flood]);
        Assert.Equal(NotNow, await bench.SayAsync("s@test.example", "u@remote.example"));
    }

    [Fact]
    public async Task A_line_without_an_end_is_cut_off_and_defers()
    {
        await using var bench = new CalloutBench(Recipient, ["RCPT => 550 " + new string('x', 1_000_000)]);
        Assert.Equal(NotNow, await bench.SayAsync("s@test.example", "u@remote.example"));
    }

    [Theory]
    [InlineData("EHLO => 550 no", "HELO => 550 not you", "HELO mail.test.example", "550 not you")]
    [InlineData("banner => 554 go away", "", "initial connection", "554 go away")]
    public async Task A_refusal_before_MAIL_is_reported_with_what_was_sent_and_answered(string first, string second, string sent, string answer)
    {
        await using var bench = new CalloutBench(Sender, [first, second]);
        Assert.Equal($"""
            550-5.7.1 Verification failed for <s@remote.example>
            550-5.7.1 Called:   127.0.0.1
            550-5.7.1 Sent:     {sent}
            550-5.7.1 Response: {answer}
            550 5.7.1 Sender verify failed
            """, await bench.SayAsync("s@remote.example", "u@test.example"));
        Assert.Equal($"H=(client.example) [192.0.2.1] sender verify fail for <s@remote.example>: 127.0.0.1 [127.0.0.1] : SMTP error from remote mail server after {sent}: {answer}", bench.Log[0]);
    }

    [Fact]
    public async Task The_whole_callout_ends_at_maxwait()
    {
        await using var bench = new CalloutBench("accept verify = recipient/callout=1s,maxwait=1s", ["RCPT => SILENT"], transport: "hosts_override\n  hosts_max_try = 9");
        await bench.SayAsync("s@test.example", "u@remote.example");
        Assert.Equal(1, bench.Peer.Connections);
    }

    [Theory]
    [InlineData("hosts_require_tls", "a TLS session is required, but the server did not offer TLS support")]
    [InlineData("hosts_require_auth", "authentication required but server did not advertise AUTH support")]
    public async Task A_host_that_wants_TLS_or_AUTH_and_has_none_is_asked_nothing(string option, string why)
    {
        await using var bench = new CalloutBench(Recipient, [], transport: $"{option} = *");
        Assert.Equal(NotNow, await bench.SayAsync("s@test.example", "u@remote.example"));
        Assert.Equal(["--- connection 1", "EHLO mail.test.example", "QUIT"], await bench.Peer.AllHeardAsync());
        Assert.Contains(why, bench.Log[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_helo_name_or_interface_does_not_stop_the_session()
    {
        await using var bench = new CalloutBench(Recipient, [], transport: "interface = 198.51.100.77");
        Assert.Equal(NotNow, await bench.SayAsync("s@test.example", "u@remote.example"));
    }

    [Fact]
    public async Task A_held_connection_takes_the_next_recipients_and_goes_with_the_message()
    {
        await using var bench = new CalloutBench("accept verify = recipient/callout=use_sender,hold", []);
        Assert.Equal("250 2.1.5 Accepted\n250 2.1.5 Accepted\n250 2.1.5 Accepted", await bench.SayAsync("s@test.example", "u@remote.example", "v@remote.example", "w@remote.example"));
        Assert.Equal(["--- connection 1", "EHLO mail.test.example", "MAIL FROM:<s@test.example>", "RCPT TO:<u@remote.example>", "RCPT TO:<v@remote.example>", "RCPT TO:<w@remote.example>", "QUIT"], await bench.Peer.AllHeardAsync());
    }

    [Fact]
    public async Task A_held_connection_that_breaks_is_made_anew()
    {
        await using var bench = new CalloutBench("accept verify = recipient/callout=use_sender,hold", ["RCPT TO:<v => CLOSE", "RCPT TO:<v => 250 ok"]);
        Assert.Equal("250 2.1.5 Accepted\n250 2.1.5 Accepted", await bench.SayAsync("s@test.example", "u@remote.example", "v@remote.example"));
        Assert.Equal(2, bench.Peer.Connections);
    }

    [Fact]
    public async Task A_recipient_refused_on_a_held_connection_is_refused()
    {
        await using var bench = new CalloutBench("require verify = recipient/callout=use_sender,hold\n  accept", ["RCPT TO:<v => 550 no"]);
        Assert.Equal("250 2.1.5 Accepted\n550-5.7.1 Callout verification failed:\n550 5.7.1 550 no", await bench.SayAsync("s@test.example", "u@remote.example", "v@remote.example"));
        Assert.EndsWith(": response to \"RCPT TO:<v@remote.example>\" was: 550 no", Assert.Single(bench.Log), StringComparison.Ordinal);
        Assert.Equal("QUIT", (await bench.Peer.AllHeardAsync())[^1]);
    }
}
