using System.Security.Authentication;
using ScriptMta.Mail;
using ScriptMta.Tests.Network.Tls;

namespace ScriptMta.Tests.Reception.Tls;

public sealed class StartTlsTests : IDisposable
{
    const string Open = "tls_advertise_hosts = *\nacl_smtp_rcpt = accept\n";

    readonly TestCertificates _files = new();

    static async Task<TlsClient> GreetedAsync(ReceptionFixture fixture)
    {
        var client = TlsClient.Start(fixture);
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO client.example");
        return client;
    }

    [Fact]
    public async Task After_STARTTLS_everything_begins_anew()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await GreetedAsync(fixture);
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.example>"));
        await client.StartTlsAsync("mx.test.example");
        Assert.Equal("503 HELO or EHLO required", await client.SayAsync("MAIL FROM:<a@b.example>"));
        var hello = await client.SayAsync("EHLO client.example");
        Assert.DoesNotContain("STARTTLS", hello, StringComparison.Ordinal);
        Assert.Equal("503 5.5.1 STARTTLS command used when not advertised", await client.SayAsync("STARTTLS"));
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.example>"));
    }

    [Fact]
    public async Task A_message_through_TLS_says_so_in_its_Received_line_and_in_the_log()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open, logSelectors: "tls_sni");
        await using var client = await GreetedAsync(fixture);
        await client.StartTlsAsync("mx.test.example", versions: SslProtocols.Tls13);
        foreach (var command in (string[])["EHLO client.example", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"]) await client.SayAsync(command);
        Assert.StartsWith("250 ", await client.SayAsync("Subject: secret\r\n\r\nbody\r\n."), StringComparison.Ordinal);
        var (message, body) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal("body\n", body.Replace("\r", "", StringComparison.Ordinal));
        Assert.Contains("with esmtps  (TLS1.3) tls TLS_AES_256_GCM_SHA384\n\t(", message.Headers.First("Received")!.Body, StringComparison.Ordinal);
        Assert.Contains(" P=esmtps X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no SNI=mx.test.example S=", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_see_the_session()
    {
        await using var fixture = await ReceptionFixture.OfAsync("""
            tls_advertise_hosts = *
            acl_smtp_mail = mail
            begin acl
            mail:
              accept encrypted = *
                     logwrite = saw $tls_in_ver $tls_in_cipher $tls_in_cipher_std $tls_in_bits $tls_in_certificate_verified <$tls_in_peerdn> $tls_in_sni $tls_in_ocsp $tls_cipher ${certextract{subject}{$tls_in_ourcert}} ${certextract{subject}{$tls_in_peercert}{x}{none}}
            """ + "\n");
        await using var client = await GreetedAsync(fixture);
        Assert.Equal("550 5.7.1 Administrative prohibition", await client.SayAsync("MAIL FROM:<a@b.example>"));
        await client.StartTlsAsync("mx.test.example", versions: SslProtocols.Tls12);
        await client.SayAsync("EHLO client.example");
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.example>"));
        Assert.Equal("saw TLS1.2 TLS1.2:ECDHE-ECDSA-AES256-GCM-SHA384:256 TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 256 0 <> mx.test.example 0 TLS1.2:ECDHE-ECDSA-AES256-GCM-SHA384:256 O=ScriptMta,CN=mx.test.example none", fixture.Log().TrimEnd().Split('\n')[^1][20..]);
    }

    [Fact]
    public async Task What_is_sent_in_plain_text_after_STARTTLS_is_never_taken_for_a_command()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var strict = await GreetedAsync(fixture);
        await strict.SendAsync("STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n");
        Assert.Equal("554 5.5.0 SMTP synchronization error", await strict.ReadReplyAsync());
        Assert.Equal("", await strict.ReadReplyAsync());

        await using var lax = await ReceptionFixture.OfAsync(Open + "smtp_enforce_sync = false\n");
        await using var client = await GreetedAsync(lax);
        await client.SendAsync("STARTTLS\r\nEHLO evil.example\r\nMAIL FROM:<evil@example.com>\r\n");
        Assert.Equal("220 2.0.0 TLS go ahead", await client.ReadReplyAsync());
        await client.ShakeAsync();
        Assert.Equal("503 HELO or EHLO required", await client.SayAsync("MAIL FROM:<a@b.example>"));
        Assert.Equal("503 5.5.1 sender not yet given", (await client.SayAsync("EHLO x.example"))[..3] == "250" ? await client.SayAsync("RCPT TO:<x@y.example>") : "");
    }

    [Fact]
    public async Task A_certificate_that_cannot_be_read_is_said_and_the_session_goes_on_in_plain_text()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "tls_certificate = /none.pem\n");
        await using var client = await GreetedAsync(fixture);
        Assert.Equal("454 4.7.0 TLS currently unavailable", await client.SayAsync("STARTTLS"));
        Assert.Contains("TLS error on connection from (client.example) [192.0.2.5] (cert/key setup: cert=/none.pem key=/none.pem): Error while reading file.", fixture.Log(), StringComparison.Ordinal);
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.example>"));
    }

    [Fact]
    public async Task The_name_that_the_client_asks_for_chooses_the_certificate()
    {
        using var a = _files.Make("a.example", "CN=a.example", rsa: true);
        using var b = _files.Make("b.example", "CN=b.example");
        await using var fixture = await ReceptionFixture.OfAsync(Open + """
            tls_certificate = DIRECTORY/${if eq{$tls_in_sni}{}{a.example}{$tls_in_sni}}.pem
            tls_privatekey = DIRECTORY/${if eq{$tls_in_sni}{}{a.example}{$tls_in_sni}}.key
            """.Replace("DIRECTORY", _files.In(""), StringComparison.Ordinal) + "\n");
        foreach (var (name, subject) in ((string, string)[])[("", "CN=a.example"), ("b.example", "CN=b.example"), ("a.example", "CN=a.example")])
        {
            await using var client = await GreetedAsync(fixture);
            await client.StartTlsAsync(name);
            Assert.Equal(subject, client.Tls.RemoteCertificate!.Subject);
        }
        await using var lost = await GreetedAsync(fixture);
        await Assert.ThrowsAnyAsync<Exception>(() => lost.StartTlsAsync("c.example"));
        Assert.Contains($"(cert/key setup: cert={_files.In("c.example.pem")} key={_files.In("c.example.key")}): Error while reading file.", fixture.Log(), StringComparison.Ordinal);
        Assert.Contains("TLS error on connection from (client.example) [192.0.2.5] (gnutls_handshake): no certificate for the name that the client asks for", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_certificates_the_client_gets_one_that_it_can_check()
    {
        using var a = _files.Make("a", "CN=rsa.example", rsa: true);
        using var b = _files.Make("b", "CN=ec.example");
        await using var fixture = await ReceptionFixture.OfAsync(Open + $"tls_certificate = {_files.In("a.pem")} : {_files.In("b.pem")}\ntls_privatekey = {_files.In("a.key")} : {_files.In("b.key")}\n");
        await using var client = await GreetedAsync(fixture);
        await client.StartTlsAsync();
        Assert.Equal("CN=ec.example", client.Tls.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task A_reload_is_not_needed_for_a_renewed_certificate()
    {
        using var first = _files.Make("a", "CN=first.example");
        await using var fixture = await ReceptionFixture.OfAsync(Open + $"tls_certificate = {_files.In("a.pem")}\ntls_privatekey = {_files.In("a.key")}\n");
        await using var before = await GreetedAsync(fixture);
        await before.StartTlsAsync();
        Assert.Equal("CN=first.example", before.Tls.RemoteCertificate!.Subject);
        using var second = _files.Make("a", "CN=second.example");
        File.SetLastWriteTimeUtc(_files.In("a.pem"), DateTime.UtcNow.AddMinutes(1));
        await using var after = await GreetedAsync(fixture);
        await after.StartTlsAsync();
        Assert.Equal("CN=second.example", after.Tls.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task TLS_on_connect_comes_before_the_banner()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "acl_smtp_connect = accept message = hello over $tls_in_ver\n");
        await using var client = TlsClient.Start(fixture, onConnect: true);
        await client.ShakeAsync(versions: SslProtocols.Tls13);
        Assert.Equal("220 hello over TLS1.3", await client.ReadReplyAsync());
        Assert.DoesNotContain("STARTTLS", await client.SayAsync("EHLO client.example"), StringComparison.Ordinal);
        // Through TLS nobody can slip in a command: Exim does not enforce synchronization there.
        await client.SendAsync("NOOP\r\nNOOP\r\n");
        Assert.Equal("250 2.0.0 OK", await client.ReadReplyAsync());
        Assert.Equal("250 2.0.0 OK", await client.ReadReplyAsync());
    }

    [Fact]
    public async Task Exims_key_for_remembering_ESMTP_works()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "tls_remember_esmtp\n");
        await using var client = await GreetedAsync(fixture);
        await client.StartTlsAsync();
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.example>"));
    }

    [Theory]
    [InlineData("smtp", "smtp")]
    [InlineData("esmtp", "esmtp")]
    [InlineData(null, "")]
    public async Task An_application_protocol_is_agreed_on(string? offered, string agreed)
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await GreetedAsync(fixture);
        await client.StartTlsAsync(protocols: offered is null ? null : [offered]);
        Assert.Equal(agreed, client.Tls.NegotiatedApplicationProtocol.ToString());
    }

    [Fact]
    public async Task A_client_of_another_protocol_is_refused()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open + "hosts_require_alpn = *\n");
        await using var web = await GreetedAsync(fixture);
        await Assert.ThrowsAnyAsync<Exception>(() => web.StartTlsAsync(protocols: ["h2"]));
        await web.HangUpAsync();
        Assert.Contains("(gnutls_handshake): No common application protocol could be negotiated.", fixture.Log(), StringComparison.Ordinal);
        await using var silent = await GreetedAsync(fixture);
        await silent.StartTlsAsync(versions: SslProtocols.Tls13);
        Assert.Equal("", await silent.SayAsync("EHLO client.example"));
        Assert.Contains("(handshake): ALPN required but not negotiated", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_channel_binding_is_the_hash_of_the_certificate()
    {
        using var made = _files.Make("a", "CN=a.example");
        await using var fixture = await ReceptionFixture.OfAsync(Open + $"tls_certificate = {_files.In("a.pem")}\ntls_privatekey = {_files.In("a.key")}\n");
        await using var client = await GreetedAsync(fixture);
        Assert.False(client.Connection.IsEncrypted);
        Assert.Null(client.Connection.ServerEndPoint());
        await client.StartTlsAsync();
        await client.SayAsync("EHLO client.example");
        Assert.True(client.Connection.IsEncrypted);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(made.RawData), client.Connection.ServerEndPoint());
    }

    [Fact]
    public async Task A_message_is_the_same_through_TLS_whatever_its_size()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Open);
        await using var client = await GreetedAsync(fixture);
        await client.StartTlsAsync();
        foreach (var command in (string[])["EHLO client.example", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>", "DATA"]) await client.SayAsync(command);
        var text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i} of a message that needs many records\r\n"));
        await client.SendAsync("Subject: long\r\n\r\n" + text + ".\r\n");
        Assert.StartsWith("250 ", await client.ReadReplyAsync(), StringComparison.Ordinal);
        var (_, body) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal(text.Replace("\r", "", StringComparison.Ordinal), body.Replace("\r", "", StringComparison.Ordinal));
    }

    public void Dispose() => _files.Dispose();
}
