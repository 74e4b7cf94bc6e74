using ScriptMta.Logging;
using ScriptMta.Tests.Spool;
using ScriptMta.Tests.Reception;
using static ScriptMta.Tests.Authentication.SaslClient;

namespace ScriptMta.Tests.Authentication;

/// <summary>What the AUTH command does that a dialogue with Exim cannot show.</summary>
public sealed class AuthSessionTests
{
    const string Right = "235 2.7.0 Authentication succeeded", Wrong = "535 5.7.8 Incorrect authentication data";

    const string Plain = """
        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_prompts = :
          server_condition = ${if eq{$auth3}{secret}}
          server_set_id = $auth2

        """;

    static async Task<TestClient> GreetedAsync(ReceptionFixture fixture, string address = "192.0.2.5")
    {
        var client = fixture.Connect(address);
        await client.ReadReplyAsync();
        return client;
    }

    [Theory]
    [InlineData("", "192.0.2.5", false)]
    [InlineData("", "127.0.0.1", true)]
    [InlineData("", "::1", true)]
    [InlineData("", "192.0.2.1", true)]
    [InlineData("auth_advertise_hosts = *\n", "192.0.2.5", true)]
    [InlineData("auth_advertise_hosts = 192.0.2.6\n", "192.0.2.5", false)]
    [InlineData("tls_advertise_hosts =\n", "192.0.2.5", true)]
    [InlineData("tls_advertise_hosts = *\n", "192.0.2.5", false)]
    public async Task Passwords_in_clear_are_asked_for_where_the_configuration_says_so(string main, string address, bool offered)
    {
        await using var fixture = await ReceptionFixture.OfAsync(main + Plain);
        Assert.Equal(main.Length == 0 || main.StartsWith("tls_advertise_hosts = *", StringComparison.Ordinal),
            fixture.Problems.All.Any(p => p.Message.StartsWith("authenticator \"plain\": PLAIN shows passwords", StringComparison.Ordinal)));
        await using var client = await GreetedAsync(fixture, address);
        Assert.Equal(offered, (await client.SayAsync("EHLO c.example")).Contains("\n250-AUTH PLAIN\n", StringComparison.Ordinal));
        Assert.Equal(offered ? Right : "503 5.5.1 AUTH command used when not advertised", await client.SayAsync("AUTH PLAIN " + Base64("\0user\0secret")));
    }

    [Fact]
    public async Task A_condition_of_its_own_is_a_word_of_the_configuration()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Plain + "  server_advertise_condition = yes\n");
        Assert.Empty(fixture.Problems.All);
        await using var client = await GreetedAsync(fixture);
        Assert.Contains("AUTH PLAIN", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_longer_than_RFC_4954_allows_ends_the_attempt_and_nothing_of_it_is_a_command()
    {
        await using var fixture = await ReceptionFixture.OfAsync("auth_advertise_hosts = *\n" + Plain);
        await using var client = await GreetedAsync(fixture);
        await client.SayAsync("EHLO c.example");
        var longest = Base64("\0user\0" + new string('x', 9000));
        await client.SayAsync("AUTH PLAIN");
        Assert.Equal(Wrong, await client.SayAsync(longest[..12000]));
        foreach (var length in (int[])[12292, 16384, 16390, 100_000])
        {
            await client.SayAsync("AUTH PLAIN");
            Assert.Equal("500 5.5.6 Authentication Exchange line is too long", await client.SayAsync(new string('A', length)));
        }
        Assert.Equal("500 5.5.6 Authentication Exchange line is too long", await client.SayAsync("AUTH PLAIN " + new string('A', 12300)));
        Assert.Equal("250 2.0.0 OK", await client.SayAsync("NOOP"));
    }

    [Fact]
    public async Task A_NUL_or_a_bare_line_end_in_an_answer_ends_the_attempt()
    {
        await using var fixture = await ReceptionFixture.OfAsync("auth_advertise_hosts = *\n" + Plain);
        await using var client = await GreetedAsync(fixture);
        await client.SayAsync("EHLO c.example");
        foreach (var bad in (string[])["AHVz\0ZXIAc2VjcmV0", "AHVz\nZXIAc2VjcmV0", "AHVz\rZXIAc2VjcmV0"])
        {
            await client.SayAsync("AUTH PLAIN");
            Assert.Equal("501 5.5.2 Invalid base64 data", await client.SayAsync(bad));
        }
        Assert.Equal("250 2.0.0 OK", await client.SayAsync("NOOP"));
    }

    [Fact]
    public async Task Commands_after_AUTH_that_did_not_wait_are_refused()
    {
        await using var fixture = await ReceptionFixture.OfAsync("auth_advertise_hosts = *\n" + Plain);
        await using var client = await GreetedAsync(fixture);
        await client.SayAsync("EHLO c.example");
        Assert.StartsWith("554 5.5.0 SMTP synchronization error", await client.SayAsync($"AUTH PLAIN\r\n{Base64("\0user\0secret")}"), StringComparison.Ordinal);
        Assert.DoesNotContain(Base64("\0user\0secret"), fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_client_is_given_up_as_in_any_other_place()
    {
        var clock = new ManualClock();
        await using var fixture = await ReceptionFixture.OfAsync("auth_advertise_hosts = *\nsmtp_receive_timeout = 1m\n" + Plain, clock);
        await using var client = await GreetedAsync(fixture);
        await client.SayAsync("EHLO c.example");
        Assert.Equal("334 ", await client.SayAsync("AUTH PLAIN"));
        clock.Advance(TimeSpan.FromMinutes(2));
        client.Connection.Sweep();
        Assert.StartsWith("421 4.4.2 mx.test.example: SMTP command timeout", await client.ReadReplyAsync(), StringComparison.Ordinal);
        Assert.Contains("SMTP command timeout on connection from (c.example) [192.0.2.5]", fixture.Log(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_that_cannot_be_had_defers_and_is_logged()
    {
        await using var fixture = await ReceptionFixture.OfAsync("auth_advertise_hosts = *\n" + Plain.Replace("server_set_id = $auth2", "server_set_id = ${lookup{x}lsearch{/no/such/file}}", StringComparison.Ordinal));
        await using var client = await GreetedAsync(fixture);
        await client.SayAsync("EHLO c.example");
        Assert.Equal("435 4.7.0 Unable to authenticate at present", await client.SayAsync("AUTH PLAIN " + Base64("\0user\0secret")));
        Assert.Contains("plain authenticator failed for (c.example) [192.0.2.5]: 435 Unable to authenticate at present: failed to open /no/such/file", fixture.Log(LogFile.Reject), StringComparison.Ordinal);
        Assert.Contains("504", await client.SayAsync("AUTH NOSUCH"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_authenticated_goes_with_the_message()
    {
        await using var fixture = await ReceptionFixture.OfAsync("auth_advertise_hosts = *\nacl_smtp_rcpt = accept authenticated = plain\n" + Plain, logSelectors: "smtp_mailauth");
        await using var client = await GreetedAsync(fixture);
        await client.SayAsync("EHLO c.example");
        Assert.Equal(Right, await client.SayAsync("AUTH PLAIN " + Base64("\0us\ner\0secret")));
        Assert.Equal("250 2.1.0 OK", await client.SayAsync("MAIL FROM:<a@b.example> AUTH=who+2Bever@c.example"));
        Assert.Equal("250 2.1.5 Accepted", await client.SayAsync("RCPT TO:<c@d.example>"));
        await client.SayAsync("DATA");
        await client.SayAsync("Subject: x\r\n\r\n.");
        var (message, _) = Assert.Single(await fixture.StoredAsync());
        Assert.Equal(("us\\ner", "plain", "who+ever@c.example", "esmtpa"),
            (message.Envelope.Facts["authenticated_id"], message.Envelope.Facts["sender_host_authenticated"], message.Envelope.Facts["authenticated_sender"], message.Envelope.Facts["received_protocol"]));
        Assert.Contains(" P=esmtpa A=plain:us\\ner:who+ever@c.example ", fixture.Log(), StringComparison.Ordinal);
        Assert.Contains("with esmtpa", message.Headers.First("Received")!.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spa", "  server_password = x\n", "driver \"spa\" is not supported: NTLM gives away what a password can be found from; offer PLAIN and LOGIN (driver = plaintext) over TLS, SCRAM-SHA-256 (driver = gsasl), or NTLM by Dovecot (driver = dovecot)")]
    [InlineData("cyrus_sasl", "", "driver \"cyrus_sasl\" is not supported: the library is not used; offer the mechanism by driver = gsasl, or PLAIN and LOGIN by driver = plaintext with \"saslauthd\" in server_condition")]
    [InlineData("heimdal_gssapi", "", "driver \"heimdal_gssapi\" is not supported: Kerberos is not spoken here; let Dovecot do it (driver = dovecot, public_name = GSSAPI)")]
    [InlineData("gsasl", "  server_mech = DIGEST-MD5\n  server_password = x\n", "mechanism DIGEST-MD5 is not supported: use one of PLAIN, LOGIN, CRAM-MD5, EXTERNAL, SCRAM-SHA-1, SCRAM-SHA-1-PLUS, SCRAM-SHA-256, SCRAM-SHA-256-PLUS, OAUTHBEARER, XOAUTH2, or driver = dovecot")]
    [InlineData("gsasl", "  server_mech = PLAIN\n", "server_condition must be set for PLAIN: it is what decides")]
    [InlineData("gsasl", "  server_mech = XOAUTH2\n", "server_condition must be set for XOAUTH2: it is what decides")]
    [InlineData("gsasl", "  server_mech = SCRAM-SHA-1\n  server_key = x\n", "server_password, or server_key and server_skey, must be set for SCRAM-SHA-1")]
    [InlineData("dovecot", "  server_socket = 127.0.0.1:1\n", "server_socket: must be the path of a UNIX socket; Dovecot has one for this purpose (service auth, unix_listener)")]
    [InlineData("tls", "  server_param1 = x\n", "server_condition must be set: without it every client would be authenticated")]
    public void What_cannot_be_is_an_error_that_says_what_to_do(string driver, string options, string said)
    {
        var fixture = ReceptionFixture.Read($"begin authenticators\na:\n  driver = {driver}\n  public_name = X\n{options}");
        Assert.Equal($"authenticator \"a\": {said}", Assert.Single(fixture.Problems.All, p => !p.IsWarning).Message);
    }

    [Fact]
    public void Two_servers_may_not_have_one_name_but_a_client_may_have_it_too()
    {
        var fixture = ReceptionFixture.Read("auth_advertise_hosts = *\n" + Plain + "client:\n  driver = plaintext\n  public_name = PLAIN\n  client_send = x\nlogin:\n  driver = plaintext\n  public_name = plain\n  server_condition = yes\n");
        Assert.Equal("two server authenticators (plain and login) have the same public name (PLAIN)", Assert.Single(fixture.Problems.All, p => !p.IsWarning).Message);
    }
}
