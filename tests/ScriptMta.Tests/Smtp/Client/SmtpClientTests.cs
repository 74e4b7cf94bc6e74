using System.Net;
using System.Text;
using ScriptMta.Smtp;

namespace ScriptMta.Tests.Smtp;

/// <summary>Texts and decisions as Exim 4.96 gave them to the same scripted server.</summary>
public sealed class SmtpClientTests
{
    const string Message = "From: x@test.org\nSubject: s\n\nbody\n.dot\nlast";
    const string Mail = "MAIL FROM:<s@test.org> SIZE=1320";

    [Fact]
    public async Task A_transaction_is_pipelined_and_dots_are_doubled()
    {
        await using var server = new ScriptedServer();
        var results = await SendAsync(server, "a@remote.test", "b@remote.test");
        Assert.All(results, r => Assert.Equal("250 OK id=abc", Assert.IsType<RecipientResult.Accepted>(r).Final.Text));
        Assert.Equal("From: x@test.org\nSubject: s\n\nbody\n.dot\nlast\n", Assert.Single(server.Messages));
        Assert.Contains("  ..dot", server.Heard);
        Assert.Equal($"EHLO mx.test.org|{Mail}|RCPT TO:<a@remote.test>|RCPT TO:<b@remote.test>|DATA|QUIT", server.Commands);
    }

    [Theory]
    [InlineData("banner", "554 go away", "SMTP error from remote mail server after initial connection: 554 go away")]
    [InlineData("banner", "421 too busy", "SMTP error from remote mail server after initial connection: 421 too busy")]
    [InlineData("banner", "DROP", "Remote host closed connection in response to initial connection")]
    [InlineData("banner", "HANG", "SMTP timeout after initial connection")]
    [InlineData("banner", "hello there", "Malformed SMTP reply in response to initial connection: hello there")]
    [InlineData("ehlo", "DROP", "Remote host closed connection in response to EHLO mx.test.org")]
    [InlineData("mail", "550 bad sender", "SMTP error from remote mail server after pipelined MAIL FROM:<s@test.org> SIZE=1320: 550 bad sender")]
    [InlineData("mail", "DROP", "Remote host closed connection in response to pipelined MAIL FROM:<s@test.org> SIZE=1320")]
    [InlineData("mail", "HANG", "SMTP timeout after pipelined MAIL FROM:<s@test.org> SIZE=1320")]
    [InlineData("rcpt", "550 no such user", "SMTP error from remote mail server after RCPT TO:<a@remote.test>: 550 no such user")]
    [InlineData("rcpt", "550-no such\r\n550 user", "SMTP error from remote mail server after RCPT TO:<a@remote.test>: 550-no such\n550 user")]
    [InlineData("rcpt", "DROP", "Remote host closed connection in response to pipelined RCPT TO:<a@remote.test>")]
    [InlineData("rcpt", "HANG", "SMTP timeout after RCPT TO:<a@remote.test>")]
    [InlineData("data", "451 no", "SMTP error from remote mail server after pipelined DATA: 451 no")]
    [InlineData("data", "DROP", "Remote host closed connection in response to pipelined DATA")]
    [InlineData("end", "550 5.7.1 spam", "SMTP error from remote mail server after end of data: 550 5.7.1 spam")]
    [InlineData("end", "421 shut", "SMTP error from remote mail server after end of data: 421 shut")]
    [InlineData("end", "DROP", "Remote host closed connection in response to end of data")]
    [InlineData("end", "HANG", "SMTP timeout after end of data (54 bytes written)")]
    [InlineData("mail", "250-x\r\n550 y", "Malformed SMTP reply in response to pipelined MAIL FROM:<s@test.org> SIZE=1320: 550 y")]
    public async Task A_failure_is_told_in_Exims_words(string stage, string reply, string text)
    {
        await using var server = new ScriptedServer((stage, reply));
        Assert.Equal(text, Text((await SendAsync(server, reply == "HANG" ? Hasty : Settings, "a@remote.test"))[0]));
    }

    [Theory]
    [InlineData("500 no ehlo")]
    [InlineData("421 later")]
    [InlineData("550 no")]
    public async Task HELO_follows_an_EHLO_that_fails(string ehlo)
    {
        await using var server = new ScriptedServer(("ehlo", ehlo));
        Assert.IsType<RecipientResult.Accepted>((await SendAsync(server, "a@remote.test"))[0]);
        Assert.Equal("EHLO mx.test.org|HELO mx.test.org|MAIL FROM:<s@test.org>|RCPT TO:<a@remote.test>|DATA|QUIT", server.Commands);
    }

    [Fact]
    public async Task A_server_that_refuses_HELO_too_is_told_with_that_command()
    {
        await using var server = new ScriptedServer(("ehlo", "550 no"), ("helo", "451 not now"));
        Assert.Equal("SMTP error from remote mail server after HELO mx.test.org: 451 not now", Text((await SendAsync(server, "a@remote.test"))[0]));
    }

    [Fact]
    public async Task Recipients_are_settled_one_by_one()
    {
        await using var server = new ScriptedServer(("rcpt a@remote.test", "451 greylisted"), ("rcpt c@remote.test", "550 unknown"));
        var results = await SendAsync(server, "a@remote.test", "b@remote.test", "c@remote.test");
        Assert.Equal(451, Assert.IsType<RecipientResult.Refused>(results[0]).Reply.Code);
        Assert.IsType<RecipientResult.Accepted>(results[1]);
        Assert.Equal(550, Assert.IsType<RecipientResult.Refused>(results[2]).Reply.Code);
    }

    [Fact]
    public async Task A_refused_recipient_stays_refused_when_the_connection_breaks_later()
    {
        await using var server = new ScriptedServer(("rcpt a@remote.test", "550 unknown"), ("end", "DROP"));
        var results = await SendAsync(server, "a@remote.test", "b@remote.test");
        Assert.IsType<RecipientResult.Refused>(results[0]);
        Assert.Equal(TroubleKind.Lost, Assert.IsType<RecipientResult.Broken>(results[1]).Trouble.Kind);
    }

    [Fact]
    public async Task No_message_goes_to_a_server_that_refused_everyone_and_still_says_go_ahead()
    {
        await using var server = new ScriptedServer(("rcpt", "550 none"));
        Assert.IsType<RecipientResult.Refused>((await SendAsync(server, "a@remote.test"))[0]);
        Assert.Empty(server.Messages);
    }

    [Fact]
    public async Task Without_PIPELINING_commands_wait_for_replies_and_their_errors_say_so()
    {
        await using var server = new ScriptedServer(("ehlo", "250 sink"), ("mail", "DROP"));
        Assert.Equal("Remote host closed connection in response to MAIL FROM:<s@test.org>", Text((await SendAsync(server, "a@remote.test"))[0]));
    }

    [Fact]
    public async Task Replies_may_come_in_single_bytes()
    {
        await using var server = new ScriptedServer(("ehlo", "SPLIT 250-sink\r\n250 PIPELINING"), ("end", "SPLIT 250-first\r\n250 second"));
        Assert.Equal("250-first\n250 second", Assert.IsType<RecipientResult.Accepted>((await SendAsync(server, "a@remote.test"))[0]).Final.Text);
    }

    [Fact]
    public async Task A_reply_line_without_end_is_refused_at_the_limit()
    {
        await using var server = new ScriptedServer(("mail", "250 " + new string('x', 70_000)));
        Assert.StartsWith("Malformed SMTP reply", Text((await SendAsync(server, "a@remote.test"))[0]));
    }

    [Fact]
    public async Task A_reply_with_too_many_lines_is_refused_at_the_limit()
    {
        await using var server = new ScriptedServer(("ehlo", string.Concat(Enumerable.Repeat("250-x\r\n", 1000)) + "250 y"));
        Assert.StartsWith("Malformed SMTP reply", Text((await SendAsync(server, "a@remote.test"))[0]));
    }

    [Fact]
    public async Task A_thousand_recipients_do_not_block_either_side()
    {
        await using var server = new ScriptedServer(("rcpt", "250 " + new string('x', 400)));
        var results = await SendAsync(server, [.. Enumerable.Range(0, 1000).Select(i => $"user{i}@remote.test")]);
        Assert.Equal(1000, results.OfType<RecipientResult.Accepted>().Count());
    }

    [Fact]
    public async Task A_connection_is_used_again_and_a_broken_transaction_is_reset_first()
    {
        await using var server = new ScriptedServer(("rcpt bad@remote.test", "550 no"), ("data", "503 no recipients"), ("end", "250 fine"));
        await using var pool = new PeerPool(TimeProvider.System);
        var peer = await OpenAsync(server);
        var first = new SmtpTransaction(peer, Settings, Outgoing("bad@remote.test"));
        await first.RunAsync(CancellationToken.None);
        Assert.True(first.CanContinue);
        var key = new PeerKey("t", peer.Endpoint, "", "");
        pool.Give(key, peer);
        Assert.Null(pool.Take(key with { Transport = "other" }));
        Assert.Same(peer, pool.Take(key));
        await new SmtpTransaction(peer, Settings, Outgoing("good@remote.test")).RunAsync(CancellationToken.None);
        Assert.Contains("|RSET|MAIL", server.Commands);
        Assert.Equal(1, server.Connections);
        await peer.QuitAsync();
    }

    [Fact]
    public async Task An_idle_connection_that_the_server_closed_is_not_used_again()
    {
        await using var pool = new PeerPool(TimeProvider.System);
        await using var server = new ScriptedServer(("rset", "DROP"));
        var peer = await OpenAsync(server);
        await peer.SendAsync("RSET", TimeSpan.FromSeconds(1), CancellationToken.None);
        await Assert.ThrowsAsync<PeerException>(async () => await peer.ReadAsync(TimeSpan.FromSeconds(5), CancellationToken.None));
        var key = new PeerKey("t", peer.Endpoint, "", "");
        pool.Give(key, peer);
        Assert.Null(pool.Take(key));
    }

    [Fact]
    public async Task Nobody_listening_is_a_refused_connection()
    {
        int port;
        await using (var server = new ScriptedServer()) port = server.Port;
        var result = await SmtpDialer.OpenAsync(new("here", IPAddress.Loopback, port), Settings, TimeProvider.System, CancellationToken.None);
        var trouble = Assert.IsType<DialResult.Broken>(result).Trouble;
        Assert.Equal((TroubleKind.Refused, "Connection refused", 111), (trouble.Kind, trouble.Text, trouble.Errno));
    }

    /// <summary>Long enough for a busy machine; tests that wait for a time-out use a second.</summary>
    static readonly SmtpClientSettings Settings = Within(20), Hasty = Within(1);

    static SmtpClientSettings Within(int seconds) => new()
    {
        HeloName = "mx.test.org", ConnectTimeout = TimeSpan.FromSeconds(20), CommandTimeout = TimeSpan.FromSeconds(seconds),
        DataTimeout = TimeSpan.FromSeconds(seconds), FinalTimeout = TimeSpan.FromSeconds(seconds),
    };

    [Theory]
    [InlineData("250-mx\r\n250 SMTPUTF8", "", "MAIL FROM:<j\u00c3\u00b6rg@b\u00c3\u00bccher.test> SMTPUTF8", "RCPT TO:<a@gr\u00c3\u00bcn.test>")]
    [InlineData("250-mx\r\n250 SMTPUTF8", "1", "MAIL FROM:<xn--jrg-sna@xn--bcher-kva.test>", "RCPT TO:<a@xn--grn-ioa.test>")]
    [InlineData("250 mx", "-1", "MAIL FROM:<xn--jrg-sna@xn--bcher-kva.test>", "RCPT TO:<a@xn--grn-ioa.test>")]
    [InlineData("250 mx", "1", "MAIL FROM:<xn--jrg-sna@xn--bcher-kva.test>", "RCPT TO:<a@xn--grn-ioa.test>")]
    public async Task UTF8_addresses_go_where_they_are_understood_or_as_labels(string ehlo, string downconvert, string mail, string rcpt)
    {
        await using var server = new ScriptedServer(("ehlo", ehlo));
        Assert.IsType<RecipientResult.Accepted>(await SendUtf8Async(server, downconvert));
        Assert.Equal($"EHLO mx.test.org|{mail}|{rcpt}|DATA|QUIT", server.Commands);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    public async Task UTF8_addresses_are_not_sent_to_a_server_that_does_not_understand_them(string downconvert)
    {
        await using var server = new ScriptedServer(("ehlo", "250 mx"));
        var refused = Assert.IsType<RecipientResult.Refused>(await SendUtf8Async(server, downconvert));
        Assert.Equal((550, "5.6.7"), (refused.Reply.Code, refused.Reply.EnhancedStatus));
        Assert.Equal("EHLO mx.test.org|QUIT", server.Commands);
    }

    static async Task<RecipientResult> SendUtf8Async(ScriptedServer server, string downconvert)
    {
        var peer = await OpenAsync(server);
        var mail = Outgoing("a@gr\u00c3\u00bcn.test") with { ReturnPath = "j\u00c3\u00b6rg@b\u00c3\u00bccher.test", IsUtf8 = true, Downconvert = downconvert, SizeToDeclare = 0 };
        var transaction = new SmtpTransaction(peer, Settings, mail);
        var results = await transaction.RunAsync(CancellationToken.None);
        if (transaction.CanContinue) await peer.QuitAsync(); else await peer.DisposeAsync();
        return results[0];
    }

    static OutgoingMail Outgoing(params string[] recipients) => new()
    {
        ReturnPath = "s@test.org", Recipients = recipients, SizeToDeclare = 1320,
        Content = new(Encoding.Latin1.GetBytes(Message[..7]), _ => new(new MemoryStream(Encoding.Latin1.GetBytes(Message[7..])))),
    };

    static async Task<SmtpPeer> OpenAsync(ScriptedServer server) =>
        Assert.IsType<DialResult.Opened>(await SmtpDialer.OpenAsync(new("sink", IPAddress.Loopback, server.Port), Settings, TimeProvider.System, CancellationToken.None)).Peer;

    static Task<IReadOnlyList<RecipientResult>> SendAsync(ScriptedServer server, params string[] recipients) => SendAsync(server, Settings, recipients);

    static async Task<IReadOnlyList<RecipientResult>> SendAsync(ScriptedServer server, SmtpClientSettings settings, params string[] recipients)
    {
        var opened = await SmtpDialer.OpenAsync(new("sink", IPAddress.Loopback, server.Port), settings, TimeProvider.System, CancellationToken.None);
        if (opened is DialResult.Refused refused) return [new RecipientResult.Refused(refused.Step, refused.Command, refused.Reply)];
        if (opened is DialResult.Broken broken) return [new RecipientResult.Broken(broken.Trouble)];
        var peer = ((DialResult.Opened)opened).Peer;
        var transaction = new SmtpTransaction(peer, settings, Outgoing(recipients));
        var results = await transaction.RunAsync(CancellationToken.None);
        if (transaction.CanContinue) await peer.QuitAsync(); else await peer.DisposeAsync();
        return results;
    }

    static string Text(RecipientResult result) => result switch
    {
        RecipientResult.Refused refused => refused.Text,
        RecipientResult.Broken broken => broken.Trouble.Text,
        _ => "accepted",
    };
}
