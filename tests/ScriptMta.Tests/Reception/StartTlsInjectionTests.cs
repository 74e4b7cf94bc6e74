namespace ScriptMta.Tests.Reception;

/// <summary>CVE-2011-0411 and CVE-2021-38371: what a stranger on the way puts behind STARTTLS must not be heard, neither before nor after the handshake.</summary>
public sealed class StartTlsInjectionTests
{
    [Theory]
    [InlineData("STARTTLS\r\nMAIL FROM:<injected@b.example>\r\n")]
    [InlineData("STARTTLS\r\nNOOP\r\n")]
    [InlineData("STARTTLS\r\nEHLO x\r\nMAIL FROM:<injected@b.example>\r\nRCPT TO:<x@y.example>\r\nDATA\r\n")]
    public async Task What_comes_with_STARTTLS_is_never_a_command(string sent)
    {
        foreach (var sync in (string[])["true", "false"])
        {
            await using var fixture = await ReceptionFixture.OfAsync($"tls_advertise_hosts = *\nsmtp_enforce_sync = {sync}\nacl_smtp_rcpt = ok\nacl_smtp_mail = heard\nbegin acl\nok:\n  accept\nheard:\n  accept logwrite = heard $sender_address\n");
            await using var client = fixture.Connect();
            await client.ReadReplyAsync();
            Assert.Contains("250-STARTTLS", await client.SayAsync("EHLO client.example"), StringComparison.Ordinal);
            await client.SendAsync(sent);
            var replies = new List<string>();
            await client.HangUpAsync();
            while (await client.ReadLineAsync() is { } line) replies.Add(line);
            Assert.DoesNotContain(replies, static line => line.StartsWith("250", StringComparison.Ordinal));
            Assert.DoesNotContain("heard", fixture.Log(), StringComparison.Ordinal);
        }
    }
}
