namespace ScriptMta.Tests.Reception;

/// <summary>control = submission with its options: the sender and the fields that Exim 4.96 -bs made of the same messages (-oMai joe -oMaa x).</summary>
public sealed class SubmissionModeTests
{
    [Theory]
    [InlineData("submission", "Subject: x", "", "a@b.example", "From: a@b.example")]
    [InlineData("submission", "From: z@z.example", "joe", "joe@qd.example", "Sender: joe@qd.example")]
    [InlineData("submission", "Subject: x", "joe", "joe@qd.example", "From: a@b.example", "Sender: joe@qd.example")]
    [InlineData("submission/domain=d.example", "Subject: x", "joe", "joe@d.example", "From: a@b.example", "Sender: joe@d.example")]
    [InlineData("submission/domain=", "Subject: x", "joe@full.example", "joe@full.example", "From: a@b.example", "Sender: joe@full.example")]
    [InlineData("submission/domain=d.example/name=Joe User/x", "From: z@z.example", "joe", "joe@d.example", "Sender: Joe User/x <joe@d.example>")]
    [InlineData("submission/domain=d.example/name=Joe User", "Subject: x", "joe", "joe@d.example", "From: Joe User <a@b.example>", "Sender: Joe User <joe@d.example>")]
    [InlineData("submission/sender_retain", "From: z@z.example\r\nSender: s@s.example", "joe", "a@b.example")]
    [InlineData("submission/sender_retain", "Sender: s@s.example", "joe", "a@b.example", "From: a@b.example")]
    [InlineData("submission/domain=d.example", "From: Joe <joe@d.example>", "joe", "joe@d.example")]
    [InlineData("submission", "From: z@z.example", "joe@other.example", "\"joe@other.example\"@qd.example", "Sender: \"joe@other.example\"@qd.example")]
    public async Task The_authenticated_user_is_behind_the_message(string control, string headers, string id, string sender, params string[] added)
    {
        await using var fixture = await ReceptionFixture.OfAsync($"acl_smtp_mail = m\nacl_smtp_rcpt = accept\nbegin acl\nm:\n  accept control = {control}\n");
        await using var client = fixture.Connect(prepare: session => session.Context.Connection.AuthenticatedId = id);
        await client.ReadReplyAsync();
        foreach (var line in (string[])["EHLO x", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"]) await client.SayAsync(line);
        Assert.StartsWith("250", await client.SayAsync($"{headers}\r\n\r\nbody\r\n."), StringComparison.Ordinal);
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal(sender, message.Envelope.Sender.ToString());
        var came = headers.Split("\r\n");
        Assert.Equal(added, message.Headers.Fields.Where(f => f.Is("From") || f.Is("Sender")).Select(f => f.ToString()).Except(came));
        Assert.True(message.Headers.Has("Message-Id") && message.Headers.Has("Date"));
    }

    [Fact]
    public async Task A_Sender_field_is_removed_and_a_bounce_stays_a_bounce()
    {
        await using var fixture = await ReceptionFixture.OfAsync("acl_smtp_mail = m\nacl_smtp_rcpt = accept\nbegin acl\nm:\n  accept control = submission\n");
        await using var client = fixture.Connect(prepare: session => session.Context.Connection.AuthenticatedId = "joe");
        await client.ReadReplyAsync();
        foreach (var line in (string[])["EHLO x", "MAIL FROM:<>", "RCPT TO:<c@d.example>", "DATA", "Sender: s@s.example\r\n\r\n."]) await client.SayAsync(line);
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.True(message.Envelope.Sender.IsNull);
        Assert.Equal((" joe@qd.example", null), (message.Headers.First("From")?.Body, message.Headers.First("Sender")?.Body));
    }
}
