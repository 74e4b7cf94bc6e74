namespace ScriptMta.Tests.Reception;

/// <summary>CVE-2023-51766: nothing but CRLF.CRLF ends DATA, and nothing in a chunk ends anything. With other servers: EndToEnd/Smuggling.</summary>
public sealed class SmugglingTests
{
    const string Configuration = "acl_smtp_rcpt = ok\nbegin acl\nok:\n  accept\n";
    const string Second = "MAIL FROM:<smuggled@b.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\nSubject: smuggled\r\n\r\nsecond\r\n";

    public static TheoryData<string> Sequences =>
    [
        "\n.\n", "\n.\r\n", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r", "\n.\r", "\r.\n", "\r\r\n.\r\r\n", "\n\n.\r\n", "\r\n.\0\r\n", "\r\n\0.\r\n", "\r\n.\r\0\n", "\n\0.\n", "\r\n. \r\n", "\r\n.\t\r\n", "\r\n..\r\n",
    ];

    [Theory, MemberData(nameof(Sequences))]
    public async Task No_other_sequence_ends_a_message(string sequence)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Configuration);
        await using var client = await BeginAsync(fixture, "DATA");
        await client.SendAsync("Subject: outer\r\n\r\nfirst" + sequence + Second + ".\r\n");
        var reply = await client.ReadReplyAsync();
        Assert.StartsWith("221", await client.SayAsync("QUIT"), StringComparison.Ordinal);
        await AtMostOneAsync(fixture, reply);
        // A CR or LF that stands alone is refused as such.
        Assert.Equal(IsBare(sequence), reply.StartsWith("550", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Sequences))]
    public async Task No_sequence_ends_a_chunk(string sequence)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Configuration);
        await using var client = await BeginAsync(fixture, null);
        var text = "Subject: outer\r\n\r\nfirst" + sequence + Second + ".\r\n";
        await client.SendAsync($"BDAT {text.Length} LAST\r\n{text}");
        var reply = await client.ReadReplyAsync();
        Assert.StartsWith("221", await client.SayAsync("QUIT"), StringComparison.Ordinal);
        await AtMostOneAsync(fixture, reply);
        // What is sent on has no line end but CRLF, so that the next server has no choice.
        foreach (var (_, body) in await fixture.StoredAsync()) Assert.DoesNotMatch("\r(?!\n)|(?<!\r)\n", body);
    }

    /// <summary>A message that is not over is followed by a command in a packet of its own: it is text.</summary>
    [Fact]
    public async Task After_a_sequence_the_client_waits_in_vain_for_an_answer()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Configuration);
        await using var client = await BeginAsync(fixture, "DATA");
        await client.SendAsync("Subject: outer\r\n\r\nfirst\r\n.\n");
        await client.SendAsync("QUIT\r\n");
        await client.SendAsync("\r\n.\r\n");
        Assert.StartsWith("550", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.StartsWith("221", await client.SayAsync("QUIT"), StringComparison.Ordinal);
        Assert.Empty(await fixture.StoredAsync());
    }

    static async Task<TestClient> BeginAsync(ReceptionFixture fixture, string? command)
    {
        var client = fixture.Connect();
        await client.ReadReplyAsync();
        Assert.StartsWith("250", await client.SayAsync("EHLO client.example"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("MAIL FROM:<outer@b.example>"), StringComparison.Ordinal);
        Assert.StartsWith("250", await client.SayAsync("RCPT TO:<x@y.example>"), StringComparison.Ordinal);
        if (command is not null) Assert.StartsWith("354", await client.SayAsync(command), StringComparison.Ordinal);
        return client;
    }

    static async Task AtMostOneAsync(ReceptionFixture fixture, string reply)
    {
        var stored = await fixture.StoredAsync();
        Assert.Equal(reply.StartsWith("250", StringComparison.Ordinal) ? 1 : 0, stored.Count);
        Assert.All(stored, static one => Assert.Equal("outer@b.example", one.Message.Envelope.Sender.ToString()));
    }

    static bool IsBare(string sequence)
    {
        var rest = sequence.Replace("\r\n", "", StringComparison.Ordinal);
        return rest.Contains('\r') || rest.Contains('\n');
    }
}
