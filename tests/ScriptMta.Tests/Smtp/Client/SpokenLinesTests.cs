using System.Text;
using ScriptMta.Mail;
using ScriptMta.Smtp;

namespace ScriptMta.Tests.Smtp.Client;

public sealed class SpokenLinesTests
{
    static string[] Sent(string bytes) => [.. SpokenLines.Sent(Encoding.Latin1.GetBytes(bytes))];

    [Fact]
    public void Commands_are_shown_and_content_is_counted()
    {
        Assert.Equal(["> MAIL FROM:<a@b.example> SIZE=10", "> RCPT TO:<c@d.example>", "> DATA"], Sent("MAIL FROM:<a@b.example> SIZE=10\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"));
        Assert.Equal(["> BDAT 12 LAST", "> (12 bytes)"], Sent("BDAT 12 LAST\r\nSubject: x\r\n"));
        Assert.Equal(["> (17 bytes)"], Sent("Subject: secret\r\n"));
        Assert.Equal(["> EHLO a??[31mb"], Sent("EHLO a\x1b\x9b[31mb\r\n"));
    }

    [Theory]
    [InlineData("AUTH PLAIN AGphbWVzAHNlY3JldA==\r\n", "> AUTH PLAIN ***")]
    [InlineData("AUTH LOGIN\r\n", "> AUTH LOGIN")]
    [InlineData("c2VjcmV0\r\n", "> (10 bytes)")] // the middle of AUTH
    [InlineData("mailsecret\r\n", "> (12 bytes)")]
    [InlineData("*\r\n", "> (3 bytes)")]
    public void Secrets_are_not_shown(string sent, string shown) => Assert.Equal([shown], Sent(sent));

    [Fact]
    public void Replies_are_shown_but_for_challenges()
    {
        Assert.Equal(["< 250-mx.example", "< 250 SIZE"], SpokenLines.Received(new(250, "250-mx.example\n250 SIZE")));
        Assert.Equal(["< 334 ***"], SpokenLines.Received(new(334, "334 PENvbW1vbk5hbWU+")));
    }

    [Fact]
    public async Task Only_who_watches_the_message_hears_its_conversation()
    {
        var (one, two) = (new MessageId("1tDqYw-000000005vi-0000"), new MessageId("1tDqYw-000000005vi-0001"));
        async Task Deliver(MessageId id)
        {
            Conversation.Begin(id);
            await Task.Yield();
            Conversation.Tell(TimeProvider.System, "192.0.2.1", ["> QUIT"]);
        }
        using (var watch = Conversation.Watch(one))
        {
            Assert.True(Conversation.IsWatched);
            await Deliver(two);
            await Deliver(one);
            Assert.True(watch.Lines.TryRead(out var line));
            Assert.Matches(@"^\d\d:\d\d:\d\d\.\d\d\d \[192\.0\.2\.1\] > QUIT$", line);
            Assert.False(watch.Lines.TryRead(out _));
            for (var i = 0; i < 10_000; i++) watch.Add("x"); // bounded
            Assert.Equal(4096, watch.Lines.Count);
        }
        await Deliver(one);
    }
}
