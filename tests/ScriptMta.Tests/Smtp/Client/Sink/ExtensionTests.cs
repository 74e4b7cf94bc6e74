using ScriptMta.Smtp;

namespace ScriptMta.Tests.Smtp;

/// <summary>What the client makes of the extensions that a server offers: the bytes of each write, and results in the words of Exim 4.96.</summary>
public sealed class ExtensionTests
{
    static (string, string) Offers(params string[] extensions) => ("ehlo", "250-sink\r\n" + string.Concat(extensions.Select(e => $"250-{e}\r\n")) + "250 HELP");

    [Fact]
    public async Task Envelope_and_message_are_one_write_with_BDAT_and_nothing_is_dotted()
    {
        var sink = new MemorySink(Offers("PIPELINING", "SIZE", "CHUNKING"));
        Assert.Equal(["250 OK id=abc", "250 OK id=abc"], await SinkTalk.SendAsync(sink, "a@r.test", "b@r.test"));
        Assert.Equal(["EHLO mx.test.org\r\n",
            "MAIL FROM:<s@test.org> SIZE=1320\r\nRCPT TO:<a@r.test>\r\nRCPT TO:<b@r.test>\r\nBDAT 50 LAST\r\nFrom: x@test.org\r\nSubject: s\r\n\r\nbody\r\n.dot\r\nlast\r\n", "QUIT\r\n"], sink.Writes);
    }

    [Fact]
    public async Task The_envelope_is_one_write_with_DATA_and_the_message_another()
    {
        var sink = new MemorySink(Offers("PIPELINING"));
        await SinkTalk.SendAsync(sink, "a@r.test");
        Assert.Equal(["EHLO mx.test.org\r\n", "MAIL FROM:<s@test.org>\r\nRCPT TO:<a@r.test>\r\nDATA\r\n", "From: x@test.org\r\nSubject: s\r\n\r\nbody\r\n..dot\r\nlast\r\n.\r\n", "QUIT\r\n"], sink.Writes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_large_message_goes_in_chunks_and_arrives_whole(bool pipelining)
    {
        var sink = new MemorySink(Offers(pipelining ? "PIPELINING" : "X", "CHUNKING"));
        var body = string.Concat(Enumerable.Range(0, 9000).Select(i => $".line {i}\n"));
        var results = await SinkTalk.SendAsync(sink, SinkTalk.Settings, SinkTalk.Mail(body, "a@r.test"));
        Assert.Equal(["250 OK id=abc"], results);
        Assert.True(sink.Commands.Count(c => c.StartsWith("BDAT", StringComparison.Ordinal)) > 1);
        Assert.Equal((SinkTalk.Head + body).Replace("\n", "\r\n"), Assert.Single(sink.Messages));
    }

    [Fact]
    public async Task A_chunk_that_is_refused_ends_the_matter()
    {
        var sink = new MemorySink(Offers("PIPELINING", "CHUNKING"), ("bdat", "452 no"));
        Assert.Equal(["SMTP error from remote mail server after pipelined sending data block: 452 no"], await SinkTalk.SendAsync(sink, SinkTalk.Settings, SinkTalk.Mail(new string('x', 200_000), "a@r.test")));
        Assert.Empty(sink.Messages);
    }

    [Fact]
    public async Task With_BDAT_a_message_that_nobody_is_to_get_is_answered_for_nobody_and_the_connection_lives()
    {
        var sink = new MemorySink(Offers("PIPELINING", "CHUNKING"), ("rcpt", "550 no"), ("end", "503 none"));
        Assert.Equal(["SMTP error from remote mail server after RCPT TO:<a@r.test>: 550 no"], await SinkTalk.SendAsync(sink, "a@r.test"));
        Assert.Equal("QUIT", sink.Commands[^1]);
    }

    [Fact]
    public async Task PRDR_gives_each_recipient_a_verdict()
    {
        var sink = new MemorySink(Offers("PIPELINING", "PRDR"), ("verdict", "250 a ok"), ("verdict", "550 b no"), ("verdict", "450 c later"), ("end", "250 done")) { HasVerdicts = true };
        Assert.Equal(["250 a ok\n250 done", "PRDR error after DATA: 550 b no", "PRDR error after DATA: 450 c later"], await SinkTalk.SendAsync(sink, "a@r.test", "b@r.test", "c@r.test"));
        Assert.Equal("MAIL FROM:<s@test.org> PRDR", sink.Commands[1]);
    }

    [Fact]
    public async Task Verdicts_do_not_count_when_the_message_is_refused_after_all_and_PRDR_may_be_left_out()
    {
        var refused = new MemorySink(Offers("PRDR"), ("verdict", "250 ok"), ("end", "550 spam")) { HasVerdicts = true };
        Assert.Equal(["SMTP error from remote mail server after end of data: 550 spam", "SMTP error from remote mail server after end of data: 550 spam"], await SinkTalk.SendAsync(refused, "a@r.test", "b@r.test"));
        var plain = new MemorySink(Offers("PRDR"));
        Assert.Equal(["250 OK id=abc", "250 OK id=abc"], await SinkTalk.SendAsync(plain, "a@r.test", "b@r.test"));
        var one = new MemorySink(Offers("PRDR"));
        await SinkTalk.SendAsync(one, "a@r.test");
        Assert.Equal("MAIL FROM:<s@test.org>", one.Commands[1]);
    }

    [Theory]
    [InlineData("CHUNKING")]
    [InlineData("X")]
    public async Task LMTP_gives_each_recipient_a_reply_after_the_message(string extension)
    {
        var sink = new MemorySink(("lhlo", $"250-sink\r\n250-{extension}\r\n250-IGNOREQUOTA\r\n250 PIPELINING"), ("rcpt b@r.test", "550 who"), ("end", "250 a kept"), ("end", "452 c full")) { IsLmtp = true };
        Assert.Equal(["250 a kept", "SMTP error from remote mail server after RCPT TO:<b@r.test>: 550 who", "LMTP error after DATA: 452 c full"],
            await SinkTalk.SendAsync(sink, SinkTalk.Settings with { IsLmtp = true, IgnoreQuota = true }, SinkTalk.Mail("body\n", "a@r.test", "b@r.test", "c@r.test")));
        Assert.Equal(["LHLO mx.test.org", "MAIL FROM:<s@test.org>", "RCPT TO:<a@r.test> IGNOREQUOTA"], sink.Commands[..3]);
    }

    [Fact]
    public async Task Reports_are_asked_for_where_the_server_makes_them_and_AUTH_stands_last()
    {
        var mail = SinkTalk.Mail("body\n", "a@r.test", "b@r.test") with
        {
            AuthenticatedSender = Xtext.Encode("au=th+x@y"), Reports = new("HDRS", "abc+2Bd", [new("SUCCESS,DELAY", "rfc822;orig@x"), new(null, null)]),
        };
        var sink = new MemorySink(Offers("PIPELINING", "SIZE", "DSN", "PRDR"));
        await SinkTalk.SendAsync(sink, SinkTalk.Settings, mail);
        Assert.Equal(["MAIL FROM:<s@test.org> SIZE=1320 PRDR RET=HDRS ENVID=abc+2Bd AUTH=au+3Dth+2Bx@y", "RCPT TO:<a@r.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;orig@x", "RCPT TO:<b@r.test>"], sink.Commands[1..4]);
        var without = new MemorySink(Offers("PIPELINING"));
        await SinkTalk.SendAsync(without, SinkTalk.Settings, mail with { AuthenticatedSender = null });
        Assert.Equal(["MAIL FROM:<s@test.org>", "RCPT TO:<a@r.test>"], without.Commands[1..3]);
    }

    [Theory]
    [InlineData("LIMITS MAILMAX=5 RCPTMAX=20 RCPTDOMAINMAX=1", 5, 20, 1)]
    [InlineData("limits rcptmax=7 FUTURE=1", int.MaxValue, 7, int.MaxValue)]
    [InlineData("LIMITS RCPTMAX=0 MAILMAX=-1 RCPTDOMAINMAX=99999999999", int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData("LIMITS", int.MaxValue, int.MaxValue, int.MaxValue)]
    public void Limits_are_read_and_nonsense_is_not_believed(string line, int mails, int recipients, int domains) =>
        Assert.Equal(new PeerLimits(mails, recipients, domains), PeerExtensions.From(new(250, $"250-sink\n250 {line}")).Limits);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData(".\n..\n.a\r\n\r\n")]
    [InlineData("a\r\n\n.\r.\r\n.b\rc\n\r")]
    [InlineData("one\r\ntwo\r\n.three\r\nfour")]
    public void The_wire_form_is_the_same_however_the_message_is_cut(string message)
    {
        foreach (var dots in new[] { true, false })
        {
            var expected = Wire(message, dots, message.Length + 1);
            for (var size = 1; size <= message.Length; size++) Assert.Equal(expected, Wire(message, dots, size));
            Assert.DoesNotContain("\n", expected.Replace("\r\n", ""));
            if (dots) Assert.Equal(Old(message), expected);
        }
    }

    static string Wire(string message, bool dots, int size)
    {
        using var output = new PeerBuffer();
        var encoder = new WireEncoder(dots);
        foreach (var piece in message.Chunk(size)) encoder.Encode(System.Text.Encoding.Latin1.GetBytes(piece), output);
        encoder.Finish(output);
        return System.Text.Encoding.Latin1.GetString(output.Written.Span);
    }

    static string Old(string message)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var encoder = new LineEncoder("\r\n"u8.ToArray(), "."u8.ToArray(), ".."u8.ToArray());
        encoder.Encode(System.Text.Encoding.Latin1.GetBytes(message), output);
        encoder.Finish(output);
        return System.Text.Encoding.Latin1.GetString(output.WrittenSpan);
    }
}
