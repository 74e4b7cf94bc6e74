namespace ScriptMta.Tests.Reception;

/// <summary>What may follow what without waiting (RFC 2920 3.1), as Exim 4.96 enforces it over TCP.</summary>
public sealed class PipeliningTests
{
    const string Envelope = "MAIL FROM:<a@b.example>\r\nRCPT TO:<x@y.example>\r\n";

    [Theory]
    [InlineData(Envelope + "DATA\r\n", "250 2.1.0 OK|250 2.1.5 Accepted|354 Enter message, ending with \".\" on a line by itself")]
    [InlineData(Envelope + "BDAT 14\r\nSubject: x\r\n\r\nBDAT 4 LAST\r\nhi\r\nQUIT\r\n", "250 2.1.0 OK|250 2.1.5 Accepted|250 2.0.0 14 byte chunk received|250-2.0.0  4 byte chunk, total 18|250 2.0.0 OK|221 2.0.0 mx.test.example closing connection")]
    [InlineData("RSET\r\nRSET\r\nQUIT\r\n", "250 2.0.0 Reset OK|250 2.0.0 Reset OK|221 2.0.0 mx.test.example closing connection")]
    [InlineData(Envelope + "DATA\r\nSubject: x\r\n\r\nhi\r\n.\r\n", "250 2.1.0 OK|250 2.1.5 Accepted|554 5.5.0 SMTP synchronization error")]
    [InlineData("NOOP\r\nNOOP\r\n", "554 5.5.0 SMTP synchronization error")]
    [InlineData("VRFY x\r\nNOOP\r\n", "554 5.5.0 SMTP synchronization error")]
    [InlineData("EHLO again.example\r\nNOOP\r\n", "554 5.5.0 SMTP synchronization error")]
    [InlineData("FOO\r\nNOOP\r\n", "554 5.5.0 SMTP synchronization error")]
    [InlineData("MAIL FROM:<a@b.example\r\nRCPT TO:<x@y.example>\r\nDATA\r\n", "501 5.1.3 <a@b.example: '>' missing at end of address|503 5.5.1 sender not yet given|503-5.5.1 All RCPT commands were rejected with this error:|503-5.5.1 503 sender not yet given|503 5.5.1 Valid RCPT command must precede DATA")]
    public async Task After_EHLO(string sent, string replies)
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        await client.SendAsync(sent);
        foreach (var reply in replies.Split('|')) Assert.Equal(reply, (await client.ReadLineAsync())?.Split(" id=")[0]);
    }

    [Fact]
    public async Task After_HELO_nothing_follows_without_waiting()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_rcpt = accept\n");
        await using var client = fixture.Connect();
        await client.ReadReplyAsync();
        await client.SayAsync("HELO client.example");
        await client.SendAsync(Envelope);
        Assert.Equal("554 SMTP synchronization error", await client.ReadReplyAsync());
    }
}
