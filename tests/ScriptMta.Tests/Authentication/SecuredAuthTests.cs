using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ScriptMta.Tests.Network.Tls;
using ScriptMta.Tests.Reception;
using ScriptMta.Tests.Reception.Tls;
using static ScriptMta.Tests.Authentication.SaslClient;

namespace ScriptMta.Tests.Authentication;

/// <summary>What only TLS makes possible: SCRAM that is bound to the channel (RFC 5802 6, RFC 5929 4), and a certificate instead of AUTH.</summary>
public sealed class SecuredAuthTests
{
    const string Right = "235 2.7.0 Authentication succeeded", Wrong = "535 5.7.8 Incorrect authentication data", Bound = "p=tls-server-end-point,,n=user,r=abc";

    const string Scrams = """
        tls_advertise_hosts = *
        auth_advertise_hosts = *
        begin authenticators
        scram:
          driver = gsasl
          public_name = SCRAM-SHA-256
          server_password = ${if eq{$auth1}{user}{pencil}fail}
          server_set_id = $auth1
        plus:
          driver = gsasl
          public_name = SCRAM-SHA-256-PLUS
          server_password = ${if eq{$auth1}{user}{pencil}fail}
          server_set_id = $auth1

        """;

    static async Task<(ReceptionFixture Fixture, TlsClient Client)> SecuredAsync(string configuration, X509Certificate2? certificate = null, SslProtocols versions = SslProtocols.None)
    {
        var fixture = await ReceptionFixture.OfAsync(configuration, TimeProvider.System);
        var client = TlsClient.Start(fixture);
        await client.ReadReplyAsync();
        await client.SayAsync("EHLO c.example");
        await client.StartTlsAsync(certificate: certificate, versions: versions);
        return (fixture, client);
    }

    /// <summary>The throw-away certificate is signed by SHA-256, so that this is the hash of its binding.</summary>
    static byte[] EndPoint(TlsClient client) => SHA256.HashData(client.Tls.RemoteCertificate!.GetRawCertData());

    static async Task<string> ScramAsync(TlsClient client, string mechanism, string first, string password, byte[] binding)
    {
        var challenge = await client.SayAsync($"AUTH {mechanism} {Base64(first)}");
        if (!challenge.StartsWith("334 ", StringComparison.Ordinal)) return challenge;
        var (final, proof) = Scram(first, Decode(challenge), password, HashAlgorithmName.SHA256, binding);
        var reply = await client.SayAsync(Base64(final));
        if (!reply.StartsWith("334 ", StringComparison.Ordinal)) return reply;
        Assert.Equal(proof, Decode(reply));
        return await client.SayAsync("");
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task SCRAM_PLUS_lets_in_who_saw_the_certificate_of_this_server(SslProtocols version)
    {
        var (fixture, client) = await SecuredAsync(Scrams, versions: version);
        await using var _ = fixture;
        await using var __ = client;
        Assert.Contains("\n250-AUTH SCRAM-SHA-256 SCRAM-SHA-256-PLUS\n", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
        Assert.Equal(Right, await ScramAsync(client, "SCRAM-SHA-256-PLUS", Bound, "pencil", EndPoint(client)));
        Assert.DoesNotContain("AUTH", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SCRAM_PLUS_refuses_who_talks_through_somebody_else()
    {
        var (fixture, client) = await SecuredAsync(Scrams);
        await using var _ = fixture;
        await using var __ = client;
        await client.SayAsync("EHLO c.example");
        var right = EndPoint(client);
        foreach (var binding in (byte[][])[[], SHA256.HashData("another certificate"u8), right[..^1], [.. right, 0]])
            Assert.Equal(Wrong, await ScramAsync(client, "SCRAM-SHA-256-PLUS", Bound, "pencil", binding));
        Assert.Equal(Wrong, await ScramAsync(client, "SCRAM-SHA-256-PLUS", Bound, "pen", right));
        Assert.Equal(Wrong, await ScramAsync(client, "SCRAM-SHA-256-PLUS", Bound.Replace("user", "nobody", StringComparison.Ordinal), "", right));
        Assert.Equal(Right, await ScramAsync(client, "SCRAM-SHA-256-PLUS", Bound, "pencil", right));
    }

    [Theory]
    [InlineData("SCRAM-SHA-256-PLUS", "n,,n=user,r=abc")]
    [InlineData("SCRAM-SHA-256-PLUS", "y,,n=user,r=abc")]
    [InlineData("SCRAM-SHA-256-PLUS", "p=tls-unique,,n=user,r=abc")]
    [InlineData("SCRAM-SHA-256-PLUS", "p=tls-exporter,,n=user,r=abc")]
    [InlineData("SCRAM-SHA-256", Bound)]
    [InlineData("SCRAM-SHA-256", "y,,n=user,r=abc")]
    public async Task Who_binds_otherwise_than_the_mechanism_or_was_not_shown_that_he_can_is_refused(string mechanism, string first)
    {
        var (fixture, client) = await SecuredAsync(Scrams);
        await using var _ = fixture;
        await using var __ = client;
        await client.SayAsync("EHLO c.example");
        foreach (var binding in (byte[][])[[], EndPoint(client)]) Assert.Equal(Wrong, await ScramAsync(client, mechanism, first, "pencil", binding));
        Assert.Equal(Right, await ScramAsync(client, "SCRAM-SHA-256", "n,,n=user,r=abc", "pencil", []));
    }

    [Fact]
    public async Task In_plain_text_there_is_nothing_to_bind_to_so_that_PLUS_is_not_offered()
    {
        await using var fixture = await ReceptionFixture.OfAsync(Scrams, TimeProvider.System);
        await using var client = TlsClient.Start(fixture);
        await client.ReadReplyAsync();
        Assert.Contains("\n250-AUTH SCRAM-SHA-256\n", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
        Assert.Equal("504 5.5.4 SCRAM-SHA-256-PLUS authentication mechanism not supported", await client.SayAsync("AUTH SCRAM-SHA-256-PLUS " + Base64(Bound)));
        Assert.Equal(Right, await ScramAsync(client, "SCRAM-SHA-256", "y,,n=user,r=abc", "pencil", []));
    }

    const string Certified = """
        tls_advertise_hosts = *
        tls_verify_certificates = AUTHORITY
        tls_try_verify_hosts = *
        acl_smtp_rcpt = rcpt
        begin acl
        rcpt:
          deny message = <$sender_host_authenticated> <$authenticated_id> <$authenticated_fail_id>
               ! authenticated = *
          accept message = $authenticated_id by $sender_host_authenticated, $received_protocol
        begin authenticators
        certificate:
          driver = tls
          server_param1 = ${certextract{subject,CN}{$tls_in_peercert}{$value}fail}
          server_condition = ${if and{{bool{$tls_in_certificate_verified}}{eq{$auth1}{client.example}}}}
          server_set_id = $auth1

        """;

    static async Task<(string Rcpt, string Log)> RecipientAsync(string configuration, X509Certificate2? certificate)
    {
        var (fixture, client) = await SecuredAsync(configuration, certificate);
        await using var _ = fixture;
        await using var __ = client;
        Assert.DoesNotContain("AUTH", await client.SayAsync("EHLO c.example"), StringComparison.Ordinal);
        await client.SayAsync("MAIL FROM:<a@b.example>");
        return (await client.SayAsync("RCPT TO:<c@d.example>"), fixture.Log());
    }

    [Fact]
    public async Task A_certificate_authenticates_without_a_command_and_only_a_verified_one_of_the_right_name()
    {
        using var files = new TestCertificates();
        using var others = new TestCertificates();
        var configuration = Certified.Replace("AUTHORITY", files.Authority, StringComparison.Ordinal);
        using var good = files.Make("good", "CN=client.example");
        Assert.Equal("250 2.1.5 client.example by certificate, esmtpsa", (await RecipientAsync(configuration, good)).Rcpt);
        using var misnamed = files.Make("misnamed", "CN=other.example");
        using var strange = others.Make("strange", "CN=client.example");
        foreach (var certificate in (X509Certificate2?[])[null, misnamed, strange])
        {
            var (reply, log) = await RecipientAsync(configuration, certificate);
            Assert.Equal("550 5.7.1 <> <> <>", reply);
            Assert.DoesNotContain("authenticator failed", log, StringComparison.Ordinal);
        }
    }
}
